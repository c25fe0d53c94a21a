/** GET /.well-known/jwks.json */
import { accountsOf } from '../lib/accounts/accounts.ts'
import { publicKeysOf } from '../lib/accounts/keys.ts'
import { app } from '../lib/context.ts'
import { showKeysContract } from '../lib/contract/show-keys.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(showKeysContract, async (_, ctx) => publicKeysOf(accountsOf(ctx).keys))
export const handler = on(app)
