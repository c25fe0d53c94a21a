/** What two cores bear that carry the database, the service and the clients, and how long things take under it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeStatus } from '../../cluster/status.ts'
import type { Stage } from '../stage.ts'

export const SIZE = { nodes: 3, replicas: 3, instances: 4 }
export const MODEST = { scenario: 'town', rate: 40 } as const
export const BEFORE_MS = 20_000
/** More than the ten seconds after which all must be well again. */
export const AFTER_MS = 12_000

/** Something happens some time after a modest load has begun. Resolves to the nodes as they are afterwards. */
export const underModestLoad = async (stage: Stage, happens: () => Promise<void>): Promise<NodeStatus[]> => {
  await stage.warmUp()
  await stage.look('before')
  await stage.load('begin', MODEST, async () => {
    await sleep(BEFORE_MS)
    await happens()
  })
  return stage.look('after')
}
