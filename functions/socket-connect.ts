/** $connect: somebody opens a connection. */
import { app } from '../lib/context.ts'
import { connecting } from '../lib/http/socket.ts'
import { openConnection } from '../lib/push/open-connection.ts'

export const on = connecting(openConnection)
export const handler = on(app)
await app.initialize()
