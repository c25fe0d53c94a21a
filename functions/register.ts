/** POST /user/register */
import { register } from '../lib/accounts/register.ts'
import { app } from '../lib/context.ts'
import { registerContract } from '../lib/contract/register.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(registerContract, register)
export const handler = on(app)
await app.initialize()
