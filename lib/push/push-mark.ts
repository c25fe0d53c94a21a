/** How far somebody has read is told to the devices of both people. */
import type { Context } from '../context.ts'
import { Decided, type MarkRead } from '../model/operations.ts'
import { afterwards, tell } from './tell.ts'

/** @param mark stores it @throws Fault as `mark` does */
export const pushingMark = async (
  { caller, other, upTo }: MarkRead,
  mark: () => Promise<void>,
  ctx: Context,
): Promise<Decided<void>> => {
  await mark()
  const decided = new Decided<void>(undefined, undefined)
  const { push } = ctx
  if (!push) return decided
  const frame = { type: 'read', by: caller, with: other, upTo } as const
  return afterwards(
    decided,
    tell([caller, other], () => frame, push.wire, ctx),
    push,
  )
}
