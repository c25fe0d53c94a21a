/** GET /dialog/{user_id} */
import { app } from '../lib/context.ts'
import { showDialogContract } from '../lib/contract/show-dialog.ts'
import { operation } from '../lib/http/endpoint.ts'
import { showDialog } from '../lib/inbox/show.ts'

export const on = operation(showDialogContract, showDialog)
export const handler = on(app)
await app.initialize()
