/** How far somebody has read is told to the devices of both people. */
import type { Context } from '../context.ts'
import { Decided, type MarkRead } from '../model/operations.ts'
import { afterwards, tell } from './tell.ts'

/** As `mark`; then devices are told, where anything is pushed. @throws Fault as `mark` does */
export const pushingMark =
  (mark: (command: MarkRead, ctx: Context) => Promise<void>) =>
  async (command: MarkRead, ctx: Context): Promise<Decided<void>> => {
    await mark(command, ctx)
    const { caller, other, upTo } = command
    const decided = new Decided<void>(undefined, undefined)
    const { push } = ctx
    if (!push) return decided
    const frame = { type: 'read', by: caller, with: other, upTo } as const
    return afterwards(
      decided,
      tell([caller, other], () => frame, push, ctx),
      push,
    )
  }
