/** GET / */
import { app } from '../lib/context.ts'
import { showPageContract } from '../lib/contract/show-page.ts'
import { operation } from '../lib/http/endpoint.ts'
import page from '../page/page.json' with { type: 'json' }

export const on = operation(showPageContract, async (_, { accounts, push, socketUrl }) => ({
  page,
  hasAccounts: accounts !== undefined,
  isPushed: push !== undefined,
  socketUrl,
}))
export const handler = on(app)
