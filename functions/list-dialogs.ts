/** GET /dialogs */
import { app } from '../lib/context.ts'
import { listDialogsContract } from '../lib/contract/list-dialogs.ts'
import { operation } from '../lib/http/endpoint.ts'
import { showPage } from '../lib/inbox/page.ts'

export const on = operation(listDialogsContract, showPage)
export const handler = on(app)
await app.initialize()
