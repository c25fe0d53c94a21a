import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { type Series, seriesOf, valueIn } from '../world/measured.ts'
import { overHttp } from '../world/service.ts'
import { timed, until_it_holds } from '../world/until.ts'

const HOST = '127.0.0.1'
/** For a scrape, whatever is stuck: of Prometheus' default of ten. */
const SCRAPE_MS = 2_000

describe('the metrics of npm run serve', () => {
  let setting: LocalSetting
  let serving: Serving
  let admin: string

  const serve = async (name: string, more: Record<string, string>) => {
    const adminPort = String(await freePort(HOST))
    admin = `http://${HOST}:${adminPort}`
    const variables = { ...setting.variables, ...more, ADMIN_PORT: adminPort }
    serving = await startServing(variables, 0, join(setting.directory, name))
  }
  const scrape = async (): Promise<Series[]> => seriesOf(await (await fetch(`${admin}/metrics`)).text())
  const workers = (series: Series[]) =>
    ['answering', 'stuck'].map((state) => valueIn(series, 'dialogs_workers', { state }))
  const sends = (series: Series[]) =>
    valueIn(series, 'dialogs_requests_total', { operation: 'sendMessage', code: '200' })
  const pids = async () => {
    const all = await text(spawn('ps', ['-A', '-o', 'pid=,ppid=']).stdout)
    const pairs = all.split('\n').map((line) => line.trim().split(/\s+/))
    return pairs.filter(([, parent]) => parent === String(serving.pid)).map(([pid]) => Number(pid))
  }
  /** Over so many connections that each process has some, unless one of them takes none. */
  const they_send = async (count: number) => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    for (let sent = 0; sent < count; sent += 1)
      then.it_succeeds(await when.they_send(overHttp(serving.url), alice, alice, 'Hello'))
  }

  beforeAll(async () => {
    setting = await a_local_setting()
  }, 120_000)
  afterAll(() => setting.remove())

  describe('in two processes', () => {
    beforeAll(() => serve('two', { WORKERS: '2' }), 120_000)
    afterAll(() => serving.stop())

    const both_answer = () => until_it_holds(async () => JSON.stringify(workers(await scrape())) === '[2,0]')

    test('are their sum, on the admin port, which the log names', async () => {
      await both_answer()
      await they_send(20)
      const series = await scrape()
      expect(sends(series)).toBe(20)
      expect(
        valueIn(series, 'dialogs_statements_total', { statement: 'insertMessage', outcome: 'done' }),
      ).toBe(20)
      expect(valueIn(series, 'dialogs_database_clients_total', { reason: 'first' })).toBe(2)
      expect(valueIn(series, 'process_cpu_seconds_total')).toBeGreaterThan(0)
      expect(await readFile(join(setting.directory, 'two'), 'utf8')).toContain(`"url":"${admin}/metrics"`)
    })

    test('are told within two seconds while a process is stuck, and say so; no counter falls', async () => {
      await both_answer()
      const before = Number(sends(await scrape()))
      const [victim] = await pids()
      process.kill(Number(victim), 'SIGSTOP')
      try {
        for (let again = 0; again < 2; again += 1) {
          const { result, tookMs } = await timed(scrape())
          expect(workers(result)).toEqual([1, 1])
          expect(sends(result)).toBe(before)
          expect(tookMs).toBeLessThan(SCRAPE_MS)
        }
      } finally {
        process.kill(Number(victim), 'SIGCONT')
      }
      await both_answer()
      expect(sends(await scrape())).toBe(before)
    })

    test('of a process that has died still count, beside those of the one in its place', async () => {
      await both_answer()
      const before = Number(sends(await scrape()))
      const [victim] = await pids()
      process.kill(Number(victim), 'SIGKILL')
      await until_it_holds(async () => !(await pids()).includes(Number(victim)))
      await both_answer()
      expect(sends(await scrape())).toBe(before)
    })

    test('are on no other port, and nothing else is on theirs', async () => {
      expect((await fetch(`${serving.url}/metrics`)).status).toBe(404)
      for (const path of ['/', '/health', '/ready', '/openapi.json', '/dialogs'])
        expect((await fetch(`${admin}${path}`)).status).toBe(404)
      expect((await fetch(`${admin}/metrics`, { method: 'POST' })).status).toBe(405)
    })
  })

  test('in one process are on the same port; where that is taken, it ends at once', async () => {
    await serve('one', {})
    const own = serving
    await they_send(3)
    const series = await scrape()
    expect([sends(series), ...workers(series)]).toEqual([3, 1, 0])
    const taken = { ...setting.variables, ADMIN_PORT: new URL(admin).port }
    for (const more of [{}, { WORKERS: '2' }])
      await expect(startServing({ ...taken, ...more }, 0, join(setting.directory, 'taken'))).rejects.toThrow(
        'EADDRINUSE',
      )
    await own.stop()
  })
})
