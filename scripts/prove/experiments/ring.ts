/** The ring changes under load: a node more, a node less, and every node restarted in turn. */
import { setTimeout as sleep } from 'node:timers/promises'
import { add } from '../../cluster/add.ts'
import { kill } from '../../cluster/fault.ts'
import { remove } from '../../cluster/remove.ts'
import { start } from '../../cluster/start.ts'
import type { Experiment } from '../experiment.ts'
import type { Stage } from '../stage.ts'
import { atMost, ownsItsShare } from '../verdicts.ts'
import { p99Of } from './ratios.ts'

/** What two cores bear that carry the database, the service and the clients. */
const MODEST = { scenario: 'town', rate: 50 } as const
const LOAD = { load: MODEST.scenario, requestsPerSecond: MODEST.rate }
const SIZE = { nodes: 3, replicas: 3, instances: 4 }
const BEFORE_MS = 20_000
/** More than the ten seconds after which all must be well again. */
const AFTER_MS = 14_000

export const addNode: Experiment = {
  about: 'A fourth node joins three that are under load, and takes over its share.',
  size: SIZE,
  happens: async (stage) => {
    await stage.look('before')
    await stage.load('begin', { ...MODEST, seconds: 120 }, () => joins(stage, BEFORE_MS))
    await stage.look('after')
    return {
      ...LOAD,
      guarantees: ownsItsShare(stage.nodes.at(-1)?.nodes ?? [], 4),
      targets: [
        atMost('p99 while a node joins / before', 3, p99Of(stage, 'node 4 starts') / p99Of(stage, 'begin')),
      ],
    }
  },
}

export const removeNode: Experiment = {
  about: 'One of four nodes hands its data over under load, and leaves.',
  size: { ...SIZE, nodes: 4 },
  happens: async (stage) => {
    await stage.look('before')
    await stage.load('begin', { ...MODEST, seconds: 100 }, async () => {
      await sleep(BEFORE_MS)
      stage.mark('node 4 begins to leave')
      await remove(stage.place, 4, process.env, stage.say)
      stage.mark('node 4 has left', 'over')
      await sleep(AFTER_MS)
    })
    await stage.look('after')
    const ratio = p99Of(stage, 'node 4 begins to leave') / p99Of(stage, 'begin')
    return { ...LOAD, targets: [atMost('p99 while a node leaves / before', 3, ratio)] }
  },
}

export const rollingRestart: Experiment = {
  about: 'Each of three nodes in turn is asked to end, and started again, under load.',
  size: SIZE,
  happens: async (stage) => {
    await stage.look('before')
    await stage.load('begin', { ...MODEST, seconds: 135 }, async () => {
      await sleep(BEFORE_MS)
      for (const [index, node] of stage.processes.entries()) {
        stage.mark(`node ${index + 1} is stopped`)
        await node.stop()
        await start(stage.place, index + 1, process.env, stage.say)
        stage.mark(`node ${index + 1} answers`, 'over')
        await sleep(AFTER_MS)
      }
    })
    await stage.look('after')
    return LOAD
  },
}

export const short: Experiment = {
  about: 'A fourth node joins three that are under load; then another one is killed.',
  size: SIZE,
  happens: async (stage) => {
    await stage.load('begin', { ...MODEST, seconds: 90 }, async () => {
      await joins(stage, AFTER_MS)
      stage.mark('node 2 is killed')
      await kill(stage.place, 2)
      await sleep(AFTER_MS)
    })
    await stage.look('after')
    return { ...LOAD, guarantees: ownsItsShare(stage.nodes.at(-1)?.nodes ?? [], 4) }
  },
}

const joins = async ({ place, mark, say }: Stage, beforeMs: number) => {
  await sleep(beforeMs)
  mark('node 4 starts')
  await add(place, process.env, say)
  mark('node 4 has joined', 'over')
  await sleep(AFTER_MS)
}
