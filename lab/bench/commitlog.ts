/** `commitlog_sync` of a node, `batch` beside `periodic`: what a send costs, and what is gone when the node is killed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { migrateTo } from '../../bin/migrate.ts'
import type { NodeSettings } from '../../dev/database/cassandra/configuration.ts'
import { type Engine, findEngine } from '../../dev/database/cassandra/engine.ts'
import { startNode } from '../../dev/database/cassandra/node.ts'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { localAuthVariables } from '../../dev/keys.ts'
import { atEnd } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { alternate, type Figures, medianOf, type Operation, ratioOf, warmUp } from './contest.ts'
import { anyPartner, TEXT } from './people.ts'
import { closeAll, openInstances, strangers } from './torrent/instances.ts'
import { nothingPoured, pour } from './torrent/pour.ts'
import { walkDown } from './torrent/walk.ts'

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
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-bench-'))
  atEnd(() => rm(directory, { recursive: true, force: true }))
  const batch = await openSide('batch', directory, engine, say)
  const periodic = await openSide('periodic', directory, engine, say)
  await progress(say, 'warming up', warmUp([batch.send, periodic.send], SENDERS))
  const contestants = { batch: batch.send, periodic: periodic.send }
  const racing = alternate(contestants, SENDERS, ROUNDS, SECONDS)
  const rounds = await progress(say, `${ROUNDS} rounds of ${SECONDS} s, the two in turn`, racing)
  await Promise.all([batch.close(), periodic.close()])
  const losses = { batch: await killAgain(batch, say), periodic: await killAgain(periodic, say) }
  say(`\n${SENDERS} senders, one node; then it is killed ${KILLS} times while they write.\n`)
  say('| commitlog_sync | sends/s | p50 ms | p99 ms | acknowledged before a kill | lost of them |')
  say('|---|---|---|---|---|---|')
  for (const way of WAYS) say(rowOf(way, rounds[way], losses[way]))
  say(`\nperiodic : batch, sends a second: ${ratioOf(rounds.periodic, rounds.batch).toFixed(2)}\n`)
  if (losses.batch.lost > 0) throw new Error('with batch, acknowledged messages were lost')
}

const rowOf = (way: string, rounds: Figures[], { acknowledged, lost }: Loss) => {
  const { perSecond, p50Ms, p99Ms } = medianOf(rounds)
  return `| ${[way, Math.round(perSecond), p50Ms.toFixed(2), p99Ms.toFixed(2), acknowledged, lost].join(' | ')} |`
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
  const variables = {
    ...process.env,
    ...(await localAuthVariables(directory)),
    CQL_CONTACT_POINTS: HOST,
    CQL_PORT: String(node.nativePort),
    CQL_REPLICATION: 'datacenter1:1',
  }
  await migrateTo(variables, say)
  const open = (pair = strangers()) => openInstances(variables, pair, new Map(), INSTANCES)
  const instances = await open()
  const send: Operation = async (caller) => {
    const from = `sender-${caller}` as UserId
    await instances[caller % INSTANCES]?.send({ from, to: anyPartner(), text: TEXT })
  }
  /** Kills the node while it is written to, starts it again, and counts what has been acknowledged and is not there. */
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
