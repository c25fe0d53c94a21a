/** POST /revoke */
import { revoke } from '../lib/accounts/revoke.ts'
import { app } from '../lib/context.ts'
import { revokeContract } from '../lib/contract/revoke.ts'
import { operation } from '../lib/http/endpoint.ts'
import { finishWithdrawal, pathOfWithdrawn, withdrawing } from '../lib/push/withdraw.ts'

export const on = operation(
  revokeContract,
  (command, ctx) =>
    withdrawing(command.token?.user, pathOfWithdrawn(command), () => revoke(command, ctx), ctx),
  finishWithdrawal,
)
export const handler = on(app)
await app.initialize()
