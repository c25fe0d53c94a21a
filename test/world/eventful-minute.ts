/** Instances of `npm run serve` that Prometheus scrapes: a little of everything that people do, and then the faults. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import type { Alert } from '../../dev/observe/alerts.ts'
import { rulesText } from '../../dev/observe/rules.ts'
import { startServing } from '../../dev/serving.ts'
import { our_account_variables, somebody_signed_in, they_sign_in } from '../sentences/accounts.ts'
import * as when from '../sentences/when.ts'
import { a_device_at } from './device.ts'
import { a_crowd, connected_to, during, is_in_doubt, they_come_and_go, they_talk } from './eventful-people.ts'
import { a_place_to_serve } from './keyspace.ts'
import { a_prometheus } from './prometheus.ts'
import { a_secured_node } from './secured-node.ts'
import { overHttp } from './service.ts'
import { until, until_it_holds } from './until.ts'

const HOST = '127.0.0.1'
/** Buckets that are full soon, and a rate that a loop exceeds. */
const SMALL = { BUCKET_ROWS: '10', BUCKET_BYTES: '65536', SENDS_PER_SECOND: '2', SEND_BURST: '20' }
/** A rate begins with the second: the first is what there is to compare with. */
const DOUBTFUL_STALLS = 3

type Prometheus = Awaited<ReturnType<typeof a_prometheus>>
type Alerting = { labels: Record<string, string>; annotations: Record<string, string> }

/** @param rules with windows short enough for it; @param awaited the alerts that will fire */
export const an_eventful_minute = async (rules: Record<string, Alert[]>, awaited: string[]) => {
  /** The last first. */
  const undo: (() => unknown)[] = []
  const remove = async () => {
    for (const close of undo.reverse()) await close()
  }
  try {
    return { ...(await live_through(rules, awaited, (close) => void undo.push(close))), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

const live_through = async (
  rules: Record<string, Alert[]>,
  awaited: string[],
  later: (close: () => unknown) => void,
) => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-eventful-'))
  later(() => rm(directory, { recursive: true, force: true }))
  const node = await a_secured_node()
  later(node.remove)
  const place = await a_place_to_serve(node.variables)
  const shared = {
    ...Object.fromEntries(Object.entries(place.variables).filter(([name]) => !name.startsWith('AUTH_'))),
    ...our_account_variables(),
    ...{ PUSH: 'on', PEER_SECRET: 's'.repeat(32) },
    ...SMALL,
  }
  const an_instance = async (name: string) => {
    const port = String(await freePort(HOST, 0))
    const serving = await startServing({ ...shared, ADMIN_PORT: port }, 0, join(directory, name))
    later(serving.stop)
    const socket = `${serving.url.replace('http', 'ws')}/socket`
    return { serving, target: `${HOST}:${port}`, service: overHttp(serving.url), device: a_device_at(socket) }
  }
  const one = await an_instance('one')
  const other = await an_instance('other')
  const prometheus = await a_prometheus([one.target, other.target], rulesText(rules))
  later(prometheus.stop)
  const { fired, enough } = all_that_fire(prometheus)
  later(enough)
  const events: { atSeconds: number; what: string }[] = []
  const happens = (what: string) =>
    void events.push({ atSeconds: Math.round((Date.now() - prometheus.began) / 1000), what })
  const cql = await connected_to(shared)
  later(cql.close)

  const alice = await somebody_signed_in(one.service, true)
  const bob = await somebody_signed_in(one.service)
  for (const device of [await one.device(alice), await other.device(bob)])
    await device.says({ action: 'ping' })
  await Promise.all([
    during(() => they_talk(one.service, alice, bob)),
    during(() => they_talk(other.service, bob, alice)),
    during(() => they_sign_in(one.service, { id: bob.id, password: 'wrong' })),
    they_come_and_go(one.service, alice, other.device, cql),
  ])
  happens('one instance is killed')
  process.kill(other.serving.pid, 'SIGKILL')
  await cql('TRUNCATE schema_versions')
  await Promise.all([
    during(() => they_talk(one.service, alice, bob)),
    during(() => one.service({ method: 'GET', path: '/ready' })),
  ])
  const crowd = await a_crowd(shared.ACCOUNTS_KEYS)
  const all_send = () => Promise.all(crowd.map((who) => when.they_send(one.service, who, who, 'Hello!')))
  for (let doubtful = 0; doubtful < DOUBTFUL_STALLS; ) {
    await until_it_holds(async () => (await all_send()).every(({ status }) => status === 200))
    happens('the database stands still')
    node.pause()
    // What is written at once, without a read before it, is in doubt.
    if ((await all_send()).some(is_in_doubt)) doubtful += 1
    node.resume()
  }
  // If one of them never does, the test that expects them says which.
  await until('the alerts', () => awaited.every((name) => fired.has(name))).catch(() => undefined)
  await enough()
  const names = { [one.target]: 'one', [other.target]: 'other' }
  return { fired, events, names, answers: prometheus.since_the_start }
}

/** By name, as they were when they were last seen. */
const all_that_fire = ({ firing }: Prometheus) => {
  const fired = new Map<string, Alerting>()
  let isEnough = false
  const watch = async () => {
    while (!isEnough) {
      for (const alert of await firing()) fired.set(String(alert.labels['alertname']), alert)
      await sleep(500)
    }
  }
  const watching = watch()
  const enough = () => {
    isEnough = true
    return watching
  }
  return { fired, enough }
}
export type EventfulMinute = Awaited<ReturnType<typeof an_eventful_minute>>
