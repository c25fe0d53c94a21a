/** A node with `commitlog_sync` `batch` beside one with `periodic`: the cost of a send, and what is lost in a kill. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NodeSettings } from '../../dev/database/cassandra/configuration.ts'
import { type Engine, findEngine } from '../../dev/database/cassandra/engine.ts'
import { startNode } from '../../dev/database/cassandra/node.ts'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { progress, type Say } from '../../dev/progress.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { walkDown } from '../checker/walk.ts'
import { table } from '../kit/tables.ts'
import { openWorld, temporaryFolder } from '../kit/world.ts'
import { alternate, latenciesOf, medianOf, type Operation, rateOf, ratioOf, warmUp } from './contest.ts'
import { anyPartner, TEXT } from './raw.ts'
import { closeAll, nothingPoured, openInstances, pour, strangers } from './torrent/instances.ts'

const WAYS = ['batch', 'periodic'] as const
const HOST = '127.0.0.1'
const SENDERS = 16
const ROUNDS = 9
const SECONDS = 3
const KILLS = 5
const POUR_MS = 3_000
const INSTANCES = 2

type Side = Awaited<ReturnType<typeof openSide>>
type Loss = { acknowledged: number; lost: number }

export const commitlog = async (say: Say) => {
  const engine = await findEngine(process.env, say)
  const directory = await temporaryFolder('bench')
  const batch = await openSide('batch', directory, engine, say)
  const periodic = await openSide('periodic', directory, engine, say)
  await progress(say, 'warming up', warmUp([batch.send, periodic.send], SENDERS))
  const contestants = { batch: batch.send, periodic: periodic.send }
  const racing = alternate(contestants, SENDERS, ROUNDS, SECONDS)
  const rounds = await progress(say, `${ROUNDS} rounds of ${SECONDS} s, the two in turn`, racing)
  await Promise.all([batch.close(), periodic.close()])
  const losses = { batch: await killAgain(batch, say), periodic: await killAgain(periodic, say) }
  say(`\n${SENDERS} senders, one node; then it is killed ${KILLS} times while they write.\n`)
  const rows = WAYS.map((way) => {
    const figures = medianOf(rounds[way])
    return [way, rateOf(figures), ...latenciesOf(figures), losses[way].acknowledged, losses[way].lost]
  })
  say(table(['commitlog_sync', 'sends/s', 'p50 ms', 'p99 ms', 'acknowledged before a kill', 'lost'], rows))
  say(`\nperiodic : batch, sends a second: ${ratioOf(rounds.periodic, rounds.batch).toFixed(2)}\n`)
  if (losses.batch.lost > 0) throw new Error('with batch, acknowledged messages were lost')
}

/** A node, and instances of the service in this process. */
const openSide = async (way: (typeof WAYS)[number], directory: string, engine: Engine, say: Say) => {
  const node: NodeSettings = {
    directory: join(directory, way),
    address: HOST,
    nativePort: await freePort(HOST),
    storagePort: await freePort(HOST),
    commitlogSync: way,
  }
  const start = () => progress(say, `starting a node with commitlog_sync ${way}`, startNode(node, engine))
  let running = await start()
  const { variables } = await openWorld(
    {
      name: 'bench',
      directory,
      database: async () => ({
        variables: {
          CQL_CONTACT_POINTS: HOST,
          CQL_PORT: String(node.nativePort),
          CQL_REPLICATION: 'datacenter1:1',
        },
        // It is killed on purpose.
        ended: new Promise(() => undefined),
      }),
    },
    say,
  )
  const open = (pair = strangers()) => openInstances(variables, pair, new Map(), INSTANCES)
  const instances = await open()
  const send: Operation = async (caller) => {
    const from = `sender-${caller}` as UserId
    await instances[caller % INSTANCES]?.send({ from, to: anyPartner(), text: TEXT })
  }
  /** Kills the node during writes, starts it again, and counts acknowledged messages that are not there. */
  const killOnce = async (): Promise<Loss> => {
    const [pair, poured, writers] = [strangers(), nothingPoured(), await open()]
    let isUp = true
    const pouring = pour(writers, pair, SENDERS, () => isUp, poured)
    await sleep(POUR_MS)
    process.kill(running.pid, 'SIGKILL')
    await running.ended
    isUp = false
    await pouring
    running = await start()
    const readers = await open(pair)
    const listed = new Set((await walkDown({ instances: readers, pair, limits: [200] })).map(({ id }) => id))
    await closeAll([...writers, ...readers])
    const acknowledged = [...poured.acknowledged.keys()]
    return { acknowledged: acknowledged.length, lost: acknowledged.filter((id) => !listed.has(id)).length }
  }
  return { send, killOnce, close: () => closeAll(instances) }
}

const killAgain = async ({ killOnce }: Side, say: Say): Promise<Loss> => {
  const all: Loss = { acknowledged: 0, lost: 0 }
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const { acknowledged, lost } = await killOnce()
    say(`kill ${kill}: ${acknowledged} acknowledged, ${lost} lost`)
    all.acknowledged += acknowledged
    all.lost += lost
  }
  return all
}
