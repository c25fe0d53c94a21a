import { execFile } from 'node:child_process'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { a_copy } from '../world/a-copy.ts'

const ROOT = join(import.meta.dirname, '../..')
/** For all the code, on a busy machine: no measure of speed. */
const COMPILING_MS = 300_000

describe('each check of the gate fails when it should:', () => {
  const { directory: copy, remove } = a_copy()
  afterAll(remove)

  /** Puts files into a copy of the repository, runs one check there, and restores the copy. */
  const outputWith = async (planted: Record<string, string>, check: string, ...args: string[]) => {
    for (const [name, text] of Object.entries(planted)) writeFileSync(join(copy, name), text)
    const result = await new Promise<{ failed: boolean; output: string }>((resolve) => {
      const { NODE_OPTIONS: _options, ...env } = process.env
      execFile(
        'npm',
        ['run', '--silent', check, '--', ...args],
        { cwd: copy, env },
        (error, stdout, stderr) => {
          resolve({ failed: error !== null, output: stdout + stderr })
        },
      )
    })
    for (const name of Object.keys(planted)) {
      if (existsSync(join(ROOT, name))) cpSync(join(ROOT, name), join(copy, name))
      else rmSync(join(copy, name))
    }
    expect(result).toMatchObject({ failed: true })
    return result.output
  }

  test('style', async () => {
    const long = Array.from({ length: 201 }, (_, line) => `export const x${line} = 1\n`).join('')
    const output = await outputWith(
      {
        'lib/bad.ts': 'export const bad  = process.env["A"]\nconsole.log(bad as any)\n',
        'lib/long.ts': long,
      },
      'check:style',
    )
    for (const rule of ['noConsole', 'noProcessEnv', 'noExplicitAny', 'noExcessiveLinesPerFile', 'format']) {
      expect(output).toContain(rule)
    }
  })

  test.each(['lib', 'lab/load/scenarios'])(
    'types in %s',
    async (folder) => {
      const planted = { [`${folder}/bad.ts`]: 'export const bad: string = 1\n' }
      expect(await outputWith(planted, 'check:types')).toContain('TS2322')
    },
    COMPILING_MS,
  )

  test('imports', async () => {
    const using = (...paths: string[]) => paths.map((path) => `import '${path}'\n`).join('')
    const output = await outputWith(
      {
        'functions/bad.ts': using('./send-message.ts', 'zod', '../lib/store/store.ts', '../bin/fail.ts'),
        'lib/http/bad.ts': using('../dialog/send.ts', '@middy/core', '../../bin/fail.ts'),
        'lib/contract/bad.ts': using('../http/problem.ts', 'fast-check'),
        'lib/dialog/bad.ts': using(
          'cassandra-driver',
          'zod',
          '../http/problem.ts',
          '../context.ts',
          '../inbox/announce.ts',
        ),
        'lib/inbox/bad.ts': using('cassandra-driver', 'zod', '../http/problem.ts', '../context.ts'),
        'lib/buckets/bad.ts': using('cassandra-driver', 'zod', '../dialog/send.ts', '../context.ts'),
        'lib/timeline/bad.ts': using('node:fs', '../errors.ts', './worse.ts'),
        'lib/timeline/worse.ts': using('./bad.ts', './nowhere.ts'),
        'examples/bad.ts': using('undici'),
        'lab/load/scenarios/bad.ts': using('node:fs', '../../../lib/errors.ts'),
        'bin/bad.ts': using('../dev/token.ts', 'yaml'),
        'dev/bad.ts': using('../lab/kit/tables.ts'),
        'lab/bad.ts': using('../test/world/until.ts'),
        'lib/model/bad.ts': using('../timeline/rules.ts'),
        'lib/store/bad.ts': using('../http/problem.ts', 'cassandra-driver', './sqlite/embedded.ts'),
      },
      'check:imports',
    )
    const rules = [
      'no-cycles',
      'nothing-unresolved',
      'no-tests-in-the-product',
      'downwards-lib',
      'downwards-functions',
      'downwards-bin',
      'downwards-dev',
      'model',
      'functions-stand-alone',
      'functions',
      'http',
      'contract',
      'dialog',
      'inbox',
      'buckets',
      'timeline',
      'store',
      'examples',
      'load',
      'one-folder-imports-the-driver',
      'embedded-store-on-demand',
      'one-file-imports-middy',
      'ports-as-types-only',
      'production-code-uses-production-packages',
    ]
    expect(rules.filter((rule) => !output.includes(`error ${rule}: `))).toEqual([])
    expect(output).toContain('lib/dialog/bad.ts → lib/inbox/announce.ts')
  })

  test('unused code', async () => {
    const output = await outputWith({ 'lib/bad.ts': 'export const bad = 1\n' }, 'check:unused')
    expect(output).toContain('lib/bad.ts')
  })

  test('a document that differs from the contracts', async () => {
    expect(await outputWith({ 'openapi.json': '{}\n' }, 'check:document')).toContain('npm run openapi')
  })

  test('a report with other figures than those that were recorded', async () => {
    const document = readFileSync(join(ROOT, 'lab/results/experiments/README.md'), 'utf8')
    const invented = document.replace(/(\(#add-node\) +\| +)[\d,]+/, '$199,999')
    expect(invented).not.toBe(document)
    const output = await outputWith({ 'lab/results/experiments/README.md': invented }, 'check:report')
    expect(output).toContain('npm run lab -- report')
  })

  test('dashboards and rules that differ from what makes them, and pictures from what was recorded', async () => {
    const stray = { 'observe/rules.yaml': 'groups: []\n', 'observe/dashboards/stray.json': '{}\n' }
    const output = await outputWith(stray, 'check:dashboards')
    for (const words of ['rules.yaml', 'stray.json', 'npm run dashboards']) expect(output).toContain(words)
    const drawn = { 'docs/images/dashboard-push.svg': '<svg/>\n' }
    expect(await outputWith(drawn, 'check:report')).toContain('npm run lab -- dashboards')
  })

  test('an invalid compose file', async () => {
    const output = await outputWith(
      { 'docker-compose.yml': 'services: { scylla1: { imag: x } }\n' },
      'check:compose',
    )
    expect(output).toContain('imag')
  })

  test('tests', async () => {
    const failing = "import { expect, test } from '@jest/globals'\ntest('fails', () => expect(1).toBe(2))\n"
    expect(
      await outputWith({ 'lib/bad.test.ts': failing }, 'check:tests', '--testPathPatterns', 'lib/bad'),
    ).toContain('1 failed, 1 total')
  })
})
