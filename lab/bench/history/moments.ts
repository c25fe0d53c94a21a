/** Pages of ten of a dialog, and the moments that one of so many lanes ends at. */

import type { Say } from '../../../dev/progress.ts'
import type { DialogMemory } from '../../../lib/dialog/memory.ts'
import { lowestIdAt } from '../../../lib/model/ids.ts'
import type { Instance } from '../torrent/instance.ts'
import type { Pair } from '../torrent/pour.ts'
import { onlyFaults } from './race.ts'
import { momentsIn, type Span } from './stretches.ts'
import { SHORT_DIALOG } from './write.ts'

export const pageOf = (instance: Instance, { from, to }: Pair, beforeMs?: number, memory?: DialogMemory) => {
  const before = beforeMs === undefined ? {} : { before: lowestIdAt(beforeMs) }
  return instance.page({ caller: from, other: to, limit: SHORT_DIALOG, offset: 0, ...before }, memory)
}

export const isWhole = ({ messages, lanes }: Awaited<ReturnType<Instance['page']>>, expected: number) =>
  messages.length === SHORT_DIALOG && lanes === expected

/** Those whose page reads its own lanes alone: after a pause of the writers, some still reach into the bucket before. */
export const wholeMoments = async (
  instance: Instance,
  pair: Pair,
  stretches: Map<number, Span[]>,
  count: number,
  say: Say,
) => {
  const moments = new Map<number, number[]>()
  for (const [lanes, spans] of [...stretches].toSorted(([a], [b]) => a - b)) {
    const whole: number[] = []
    for (const beforeMs of momentsIn(spans, count)) {
      const read = await pageOf(instance, pair, beforeMs).catch(onlyFaults)
      if (read && isWhole(read, lanes)) whole.push(beforeMs)
    }
    say(
      `${lanes} lanes: ${spans.length} stretches, ${count - whole.length} of ${count} pages at an edge left out`,
    )
    if (whole.length > 0) moments.set(lanes, whole)
  }
  return moments
}
