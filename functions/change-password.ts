/** PUT /password */
import { changePassword } from '../lib/accounts/change-password.ts'
import { app } from '../lib/context.ts'
import { changePasswordContract } from '../lib/contract/change-password.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(changePasswordContract, changePassword)
export const handler = on(app)
await app.initialize()
