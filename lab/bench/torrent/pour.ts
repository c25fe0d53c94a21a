/** Senders to one dialog over several instances, each writing on as the last reply comes: what they were told. */

import { Fault } from '../../../lib/errors.ts'
import type { MessageId, UserId } from '../../../lib/model/ids.ts'
import type { Bucket } from '../../../lib/timeline/bucket.ts'
import type { Instance } from './instance.ts'

export type Pair = { from: UserId; to: UserId }
export type Poured = {
  /** What the service says is stored: the text, by its id. */
  acknowledged: Map<MessageId, string>
  /** Texts that may be stored or not. */
  inDoubt: Set<string>
  refused: number
  /** How many senders opened a time bucket: several may, within one second. */
  opened: Map<Bucket, number>
}

export const nothingPoured = (): Poured => ({
  acknowledged: new Map(),
  inDoubt: new Set(),
  refused: 0,
  opened: new Map(),
})

/** @param goesOn is asked before each message, and may wait. Adds to `poured`; resolves when the last reply is there. */
export const pour = async (
  instances: Instance[],
  pair: Pair,
  senders: number,
  goesOn: () => boolean | Promise<boolean>,
  poured: Poured,
): Promise<void> => {
  let count = poured.acknowledged.size + poured.inDoubt.size + poured.refused
  const write = async (instance: Instance) => {
    while (await goesOn()) {
      count += 1
      await sendOne(instance, pair, `message ${count}`, poured)
    }
  }
  const busy = Array.from({ length: senders }, (_, index) =>
    write(instances[index % instances.length] as Instance),
  )
  await Promise.all(busy)
}

const sendOne = async (instance: Instance, pair: Pair, text: string, poured: Poured) => {
  try {
    const { message, opened } = await instance.send({ ...pair, text })
    poured.acknowledged.set(message.id, text)
    if (opened !== undefined) poured.opened.set(opened, (poured.opened.get(opened) ?? 0) + 1)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.kind === 'write_in_doubt') poured.inDoubt.add(text)
    else poured.refused += 1
  }
}
