/** A modest load, which two cores bear that carry the database, the service and the clients; its timing and its speed. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeStatus } from '../../cluster/status.ts'
import type { Stage } from '../stage.ts'
import { figuresOf, within } from '../verdicts.ts'

export const SIZE = { nodes: 3, replicas: 3, instances: 4 }
export const MODEST = { scenario: 'town', rate: 40 } as const
export const BEFORE_MS = 20_000
/** More than the ten seconds after which all must be well again. */
export const AFTER_MS = 12_000

/** Lets something happen under a modest load, while inboxes are walked. Resolves to the nodes as they are afterwards. */
export const underModestLoad = async (stage: Stage, happens: () => Promise<void>): Promise<NodeStatus[]> => {
  await stage.warmUp()
  await stage.look('before')
  let isOver = false
  const walking = stage.inboxes.meanwhile(() => !isOver)
  const loading = stage.load('begin', MODEST, async () => {
    await sleep(BEFORE_MS)
    await happens()
  })
  await Promise.race([loading, walking.then(() => loading)]).finally(() => {
    isOver = true
  })
  await walking
  return stage.look('after')
}

/** Milliseconds, of the requests from a mark to the next one; NaN when there are none. */
export const p99Of = (
  { marks, requests }: Pick<Stage, 'marks' | 'requests'>,
  since: string,
  client?: string,
): number => {
  const at = marks.findIndex(({ what }) => what === since)
  const [from, to] = [marks[at]?.atMs ?? Number.NaN, marks[at + 1]?.atMs ?? Number.POSITIVE_INFINITY]
  const own = within(requests, from, to).filter((one) => client === undefined || one.class === client)
  return figuresOf(own, 1).p99Ms
}
