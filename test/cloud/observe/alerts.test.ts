import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ALERTS } from '../../../dev/observe/alerts.ts'
import { findPrometheus } from '../../../dev/prometheus.ts'
import { CASES, type SeriesOfTime } from '../../sentences/alerts.ts'

const RULES = join(import.meta.dirname, '../../../observe/rules.yaml')
const CONFIGURATION = join(import.meta.dirname, '../../../observe/prometheus.yaml')
/** Minutes from the beginning of each case. */
const AT = 30
const run = promisify(execFile)

let directory: string
let promtool: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialogs-alerts-'))
  const tools = await findPrometheus(process.env, (line) => void process.stderr.write(`${line}\n`))
  promtool = tools.promtool
}, 300_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

/** As promtool says it: the number of alerts of that name that fire. */
const firing = async (alert: string, series: SeriesOfTime, expected: number) => {
  const file = join(directory, `${alert}-${expected}.yaml`)
  const one = { labels: '{}', value: expected }
  await writeFile(
    file,
    JSON.stringify({
      rule_files: [RULES],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
          promql_expr_test: [
            {
              expr: `count(ALERTS{alertname="${alert}", alertstate="firing"})`,
              eval_time: `${AT}m`,
              exp_samples: expected > 0 ? [one] : [],
            },
          ],
        },
      ],
    }),
  )
  return run(promtool, ['test', 'rules', file]).then(
    () => true,
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  )
}

test('promtool accepts the rules, and the configuration of the compose profile', async () => {
  const { stdout } = await run(promtool, ['check', 'rules', RULES])
  expect(stdout).toContain(`SUCCESS: ${Object.values(ALERTS).flat().length} rules found`)
  expect((await run(promtool, ['check', 'config', CONFIGURATION])).stdout).toContain('SUCCESS')
})

test('every alert has a case', () => {
  const names = Object.values(ALERTS).flatMap((all) => all.map(({ name }) => name))
  expect(Object.keys(CASES).sort()).toEqual(names.sort())
})

describe.each(Object.entries(CASES))('the alert %s', (alert, { fires, isQuiet }) => {
  test.each(Object.entries(fires))('fires: %s', async (_, series) => {
    expect(await firing(alert, series, 1)).toBe(true)
  })

  test.each(Object.entries(isQuiet))('is quiet: %s', async (_, series) => {
    expect(await firing(alert, series, 0)).toBe(true)
  })
})
