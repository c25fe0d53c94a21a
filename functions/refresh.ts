/** POST /refresh */
import { endSession } from '../lib/accounts/end-session.ts'
import { renew } from '../lib/accounts/renew.ts'
import { app } from '../lib/context.ts'
import { refreshContract } from '../lib/contract/refresh.ts'
import { operation } from '../lib/http/endpoint.ts'
import { withdrawing } from '../lib/push/withdraw.ts'

export const on = operation(refreshContract, (command, ctx) =>
  renew(command, ctx, (user, session) =>
    withdrawing(user, [`sid:${session}`], () => endSession(user, session, ctx), ctx),
  ),
)
export const handler = on(app)
await app.initialize()
