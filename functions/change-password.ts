/** PUT /password */
import { changePassword } from '../lib/accounts/change-password.ts'
import { app } from '../lib/context.ts'
import { changePasswordContract } from '../lib/contract/change-password.ts'
import { operation } from '../lib/http/endpoint.ts'
import { finishWithdrawal, withdrawing } from '../lib/push/withdraw.ts'

export const on = operation(
  changePasswordContract,
  (command, ctx) => withdrawing(command.caller, [], () => changePassword(command, ctx), ctx),
  finishWithdrawal,
)
export const handler = on(app)
await app.initialize()
