/** Work that leaves nothing half-done: what it made goes at the end of the process, unless it succeeds. */
import { atEnd } from '../../dev/process.ts'

/** @throws what the work throws */
export const orUndo = async <T>(undo: () => Promise<void>, work: () => Promise<T>): Promise<T> => {
  let isDone = false
  atEnd(async () => {
    if (!isDone) await undo()
  })
  const result = await work()
  isDone = true
  return result
}
