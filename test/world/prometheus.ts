/** A Prometheus on loopback that scrapes what a test names, as often as a test can wait for. */
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { JOB } from '../../dev/observe/promql.ts'
import { own } from '../../dev/process.ts'
import { findPrometheus } from '../../dev/prometheus.ts'
import { until_it_holds } from './until.ts'

const HOST = '127.0.0.1'
const EVERY = '1s'

type Series = { metric: Record<string, string>; values: [unixSeconds: number, value: string][] }
/** `points`: seconds since the start, and values. */
export type Answer = { labels: Record<string, string>; points: [number, number][] }

/** @param targets `host:port`, each an instance; @param rules the text of a rules file */
export const a_prometheus = async (targets: string[], rules: string) => {
  const { prometheus } = await findPrometheus(process.env, (line) => void process.stderr.write(`${line}\n`))
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-prometheus-'))
  await writeFile(join(directory, 'rules.yaml'), rules)
  await writeFile(
    join(directory, 'prometheus.yaml'),
    // YAML contains JSON.
    JSON.stringify({
      global: { scrape_interval: EVERY, scrape_timeout: EVERY, evaluation_interval: EVERY },
      rule_files: ['rules.yaml'],
      scrape_configs: [{ job_name: JOB, static_configs: [{ targets }] }],
    }),
  )
  const port = await freePort(HOST, 0)
  const log = openSync(join(directory, 'log'), 'w')
  const server = await own(
    prometheus,
    [
      `--config.file=${join(directory, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=${HOST}:${port}`,
    ],
    { stdio: ['ignore', log, log] },
  )
  closeSync(log)
  const url = `http://${HOST}:${port}`
  await until_it_holds(async () => (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok ?? false)
  const asked = async (path: string, parameters: Record<string, string> = {}) => {
    const reply = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const { status, data, error } = (await reply.json()) as { status: string; data: unknown; error: string }
    if (status !== 'success') throw new Error(`${parameters['query']}: ${error}`)
    return data
  }
  // It takes five seconds to hear of its targets.
  await until_it_holds(async () => {
    const { result } = (await asked('query', { query: 'up == 1' })) as { result: unknown[] }
    return result.length === targets.length
  })
  const began = Date.now()
  return {
    began,
    /** All that a query has had as an answer since the start, without what is not a number. */
    since_the_start: async (query: string): Promise<Answer[]> => {
      const times = { start: String(began / 1000), end: String(Date.now() / 1000), step: '1' }
      const { result } = (await asked('query_range', { query, ...times })) as { result: Series[] }
      return result
        .map(({ metric, values }) => ({
          labels: metric,
          points: values
            .filter(([, value]) => value !== 'NaN')
            .map(([at, value]): [number, number] => [Math.round(at - began / 1000), Number(value)]),
        }))
        .filter(({ points }) => points.length > 0)
    },
    firing: async (): Promise<{ labels: Record<string, string>; annotations: Record<string, string> }[]> => {
      const { alerts } = (await asked('alerts')) as {
        alerts: { state: string; labels: Record<string, string>; annotations: Record<string, string> }[]
      }
      return alerts.filter(({ state }) => state === 'firing')
    },
    stop: async () => {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
