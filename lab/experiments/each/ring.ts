/** Experiments in which nodes join, leave and are restarted under load. */
import { setTimeout as sleep } from 'node:timers/promises'
import { add, remove, start } from '../../cluster/change.ts'
import { kill } from '../../cluster/fault.ts'
import type { Experiment } from '../experiment.ts'
import { figuresOfNode, type Stage } from '../stage.ts'
import { atMost, ownsItsShare } from '../verdicts.ts'
import { AFTER_MS, MODEST, p99Of, SIZE, underModestLoad } from './modest.ts'

const NEWCOMER = 4

const joins = async ({ place, mark, say }: Stage): Promise<void> => {
  mark(`node ${NEWCOMER} starts`, 'fault')
  await add(place, process.env, say)
  mark(`node ${NEWCOMER} has joined`, 'over')
  await sleep(AFTER_MS)
}

export const addNode: Experiment = {
  about: 'A fourth node joins three that are under load, and takes over its share.',
  size: SIZE,
  happens: async (stage) => {
    const nodes = await underModestLoad(stage, () => joins(stage))
    const ratio = p99Of(stage, `node ${NEWCOMER} starts`) / p99Of(stage, 'begin')
    return {
      load: MODEST,
      guarantees: ownsItsShare(nodes.map(figuresOfNode), NEWCOMER),
      targets: [atMost('p99 while a node joins / before', 3, ratio)],
    }
  },
}

const LEAVER = 4

export const removeNode: Experiment = {
  about: 'One of four nodes hands its data over under load, and leaves.',
  size: { ...SIZE, nodes: 4 },
  happens: async (stage) => {
    await underModestLoad(stage, async () => {
      stage.mark(`node ${LEAVER} begins to leave`, 'fault')
      await remove(stage.place, LEAVER, process.env, stage.say)
      stage.mark(`node ${LEAVER} has left`, 'over')
      await sleep(AFTER_MS)
    })
    const ratio = p99Of(stage, `node ${LEAVER} begins to leave`) / p99Of(stage, 'begin')
    return { load: MODEST, targets: [atMost('p99 while a node leaves / before', 3, ratio)] }
  },
}

export const rollingRestart: Experiment = {
  about: 'Each of three nodes in turn is asked to end, and started again, under load.',
  size: SIZE,
  happens: async (stage) => {
    await underModestLoad(stage, async () => {
      for (const [index, node] of stage.processes.entries()) {
        stage.mark(`node ${index + 1} is stopped`, 'fault')
        await node.stop()
        await start(stage.place, index + 1, process.env, stage.say)
        stage.mark(`node ${index + 1} answers`, 'over')
        await sleep(AFTER_MS)
      }
    })
    return { load: MODEST }
  },
}

const VICTIM = 2
const BEFORE_MS = 8_000

export const short: Experiment = {
  about: 'A fourth node joins three that are under load; then another one is killed.',
  size: SIZE,
  happens: async (stage) => {
    await stage.load('begin', MODEST, async () => {
      await sleep(BEFORE_MS)
      await joins(stage)
      stage.mark(`node ${VICTIM} is killed`, 'fault')
      await kill(stage.place, VICTIM)
      await sleep(AFTER_MS)
    })
    const nodes = await stage.look('after')
    return { load: MODEST, guarantees: ownsItsShare(nodes.map(figuresOfNode), NEWCOMER) }
  },
}
