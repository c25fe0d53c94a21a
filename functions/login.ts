/** POST /login */
import { signIn } from '../lib/accounts/sign-in.ts'
import { app } from '../lib/context.ts'
import { loginContract } from '../lib/contract/login.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(loginContract, signIn)
export const handler = on(app)
await app.initialize()
