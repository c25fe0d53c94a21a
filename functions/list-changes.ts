/** GET /changes */
import { app } from '../lib/context.ts'
import { listChangesContract } from '../lib/contract/list-changes.ts'
import { operation } from '../lib/http/endpoint.ts'
import { listChanged } from '../lib/inbox/changed.ts'

export const on = operation(listChangesContract, async (command, ctx) => ({
  ...command,
  ...(await listChanged(command, ctx)),
}))
export const handler = on(app)
await app.initialize()
