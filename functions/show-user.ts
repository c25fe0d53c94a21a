/** GET /user/get/{id} */
import { showUser } from '../lib/accounts/show-user.ts'
import { app } from '../lib/context.ts'
import { showUserContract } from '../lib/contract/show-user.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(showUserContract, showUser)
export const handler = on(app)
await app.initialize()
