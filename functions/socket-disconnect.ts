/** $disconnect: a connection has ended. */
import { app } from '../lib/context.ts'
import { disconnecting } from '../lib/http/socket.ts'
import { disconnect } from '../lib/push/connect.ts'

export const on = disconnecting(disconnect)
export const handler = on(app)
await app.initialize()
