import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { a_copy } from '../world/a-copy.ts'

const run = promisify(execFile)
/** Compiling, linting and a few tests, beside whatever else this machine does. */
const GATE_MS = 300_000
/** `jest` says what failed on either. */
const outputOf = ({ stdout, stderr }: { stdout: string; stderr: string }) => stdout + stderr

/** The files of CONTRIBUTING's steps, as they are for `GET /dialog/{user_id}/count`. */
const NEW = {
  'lib/contract/count-messages.ts': `/** GET /dialog/{user_id}/count */
import * as z from 'zod'
import type { UserId } from '../model/ids.ts'
import type { CountMessages, MessageCount } from '../model/operations.ts'
import type { Contract } from './contract.ts'
import { userId } from './fields.ts'

const input = z.object({ path: z.object({ user_id: userId }) })

export const countMessagesContract: Contract<z.infer<typeof input>, UserId, CountMessages, MessageCount> = {
  operation: 'countMessages',
  summary: 'How many messages the dialog with a user has, up to 1,000',
  method: 'GET',
  path: '/dialog/{user_id}/count',
  authenticated: true,
  input,
  toCommand: ({ path }, caller) => ({ caller, other: path.user_id }),
  toReply: ({ count }) => ({ body: { count } }),
  reply: z.object({ count: z.int() }).meta({ id: 'Count' }),
  faults: ['bad_id', 'database_unavailable', 'overloaded'],
}
`,
  'lib/dialog/count.ts': `/** Counting: how many messages a dialog has. */
import type { Context } from '../context.ts'
import { AFTER_ALL_MESSAGES, dialogIdOf } from '../model/ids.ts'
import type { CountMessages, MessageCount } from '../model/operations.ts'
import { readIds } from './read.ts'

const MOST = 1_000

/** @throws Fault \`database_unavailable\` */
export const countMessages = async (
  { caller, other }: CountMessages,
  ctx: Context,
): Promise<MessageCount> => {
  const dialog = dialogIdOf(caller, other)
  const { rows } = await readIds({ dialog, cursor: AFTER_ALL_MESSAGES }, MOST, ctx)
  return { count: rows.length }
}
`,
  'functions/count-messages.ts': `/** GET /dialog/{user_id}/count */
import { app } from '../lib/context.ts'
import { countMessagesContract } from '../lib/contract/count-messages.ts'
import { countMessages } from '../lib/dialog/count.ts'
import { operation } from '../lib/http/endpoint.ts'

export const on = operation(countMessagesContract, countMessages)
export const handler = on(app)
await app.initialize()
`,
  'test/endpoint/count.test.ts': `import { expect, test } from '@jest/globals'
import { two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

test('a count of messages with nobody is refused', async () => {
  const { service, alice } = await two_people_in_memory()
  then.it_is_refused(await when.they_count(service, alice, { id: '..' }), 'bad_id')
  expect(then.it_succeeds(await when.they_count(service, alice, alice))).toEqual({ count: 0 })
})
`,
}
/** What is put where, in files that are there: before the first of a text. */
const ADDED: [file: string, before: string, added: string][] = [
  [
    'lib/model/operations.ts',
    'export type Readiness',
    'export type CountMessages = { caller: UserId; other: UserId }\nexport type MessageCount = { count: number }\n\n',
  ],
  [
    'bin/operations.ts',
    'import { on as listDialogs',
    "import { on as countMessages } from '../functions/count-messages.ts'\n",
  ],
  ['bin/operations.ts', '  checkHealth,\n', '  countMessages,\n'],
  [
    'serverless.yml',
    '    check-health:\n',
    `    count-messages:
      name: \${self:service}-count-messages-\${sls:stage}
      handler: functions/count-messages.handler
      events:
        - httpApi: GET /dialog/{user_id}/count
`,
  ],
  [
    'test/sentences/when.ts',
    '/** Follows rel="next"',
    `export const they_count = (service: Service, who: Person, other: { id: string }): Promise<HttpReply> =>
  service({ method: 'GET', path: \`/dialog/\${encodeURIComponent(other.id)}/count\`, headers: who.headers })

`,
  ],
  [
    'test/sentences/dialog.ts',
    "  test('a client of the public",
    `  test('messages are counted, the same for both sides', async () => {
    const { service, alice, bob } = await strangers()
    for (const text of ['one', 'two']) then.it_succeeds(await when.they_send(service, alice, bob, text))
    for (const [one, other] of [
      [alice, bob],
      [bob, alice],
    ] as const)
      expect(then.it_succeeds(await when.they_count(service, one, other))).toEqual({ count: 2 })
  })

`,
  ],
  ['lab/load/scenarios/steps/rules.ts', "  'checkHealth',", "  'countMessages',\n"],
  [
    'lab/load/scenarios/steps/requests.ts',
    '/** The ids of all messages',
    `export const countMessages = (dialog: Dialog): void => {
  const url = \`\${RUN.targets[anInstance()]}/dialog/\${dialog.reader.id}/count\`
  refused(http.get(url, signed(dialog, 'countMessages')))
}

`,
  ],
  ['lab/load/scenarios/smoke.ts', '  listDialogs,', '  countMessages,\n'],
  ['lab/load/scenarios/smoke.ts', '  listMessages(dialog, undefined', '  countMessages(dialog)\n'],
  [
    'docs/api.md',
    '| `GET /dialog/{user_id}/list`',
    '| `GET /dialog/{user_id}/count` | how many, up to 1,000 |\n',
  ],
  [
    'docs/requests.http',
    '###',
    '### 200: how many messages are there?\nGET {{url}}/dialog/bob/count\nAuthorization: Bearer {{alice}}\n\n',
  ],
  ['CHANGELOG.md', '- Sending and listing', '- Counting messages, `GET /dialog/{user_id}/count`.\n'],
]

describe('an endpoint that is added by the steps of CONTRIBUTING', () => {
  let copy: ReturnType<typeof a_copy>
  const command = async (...args: string[]) => {
    const { NODE_OPTIONS: _options, ...env } = process.env
    return run('npm', ['run', '--silent', ...args], { cwd: copy.directory, env }).then(
      () => '',
      (error) => outputOf(error) || String(error),
    )
  }

  beforeAll(() => {
    copy = a_copy()
    for (const [file, text] of Object.entries(NEW)) writeFileSync(join(copy.directory, file), text)
    for (const [file, before, added] of ADDED) {
      const text = readFileSync(join(copy.directory, file), 'utf8')
      expect([file, text.includes(before)]).toEqual([file, true])
      writeFileSync(
        join(copy.directory, file),
        text.replace(before, () => added + before),
      )
    }
  })
  afterAll(() => copy.remove())

  test('has changed no file that they do not name', () => {
    const [, steps = ''] =
      /## To add an endpoint\n(.*?)\n## /s.exec(
        readFileSync(join(copy.directory, 'CONTRIBUTING.md'), 'utf8'),
      ) ?? []
    const named = steps.replaceAll('<verb-noun>', 'count-messages').replaceAll('<verb>', 'count')
    const changed = [...Object.keys(NEW), ...ADDED.map(([file]) => file)]
    const isNamed = (file: string) =>
      [file, file.replace(/[^/]+$/, '')].some((one) => named.includes(`\`${one}\``)) ||
      (file.startsWith('lab/load/scenarios/') &&
        named.includes(`\`${file.slice('lab/load/scenarios/'.length)}\``))
    expect(changed.filter((file) => !isNamed(file))).toEqual([])
  })

  test(
    'has a green gate, with the new operation in the document, in every sentence and in the requests by hand',
    async () => {
      expect(await command('openapi')).toBe('')
      const document = readFileSync(join(copy.directory, 'openapi.json'), 'utf8')
      expect(JSON.parse(document).paths['/dialog/{user_id}/count'].get.operationId).toBe('countMessages')
      await command('format')
      for (const check of ['style', 'types', 'imports', 'unused', 'document'])
        expect([check, await command(`check:${check}`)]).toEqual([check, ''])
      const tests = 'endpoint/(count|sentences|operation|requests-file)|house/(contracts|load)'
      expect(await command('check:tests', '--', '--testPathPatterns', tests)).toBe('')
    },
    GATE_MS,
  )

  test(
    'is told by the gate of a step that was forgotten',
    async () => {
      const forget = (file: string, text: string) => {
        const whole = readFileSync(join(copy.directory, file), 'utf8')
        expect(whole).toContain(text)
        writeFileSync(join(copy.directory, file), whole.replace(text, ''))
        return () => writeFileSync(join(copy.directory, file), whole)
      }
      const remember = [
        forget('serverless.yml', 'GET /dialog/{user_id}/count'),
        forget('lab/load/scenarios/steps/rules.ts', "  'countMessages',\n"),
      ]
      const output = await command('check:tests', '--', '--testPathPatterns', 'house/(contracts|load)')
      for (const restore of remember) restore()
      expect(output).toContain('is what serverless.yml routes')
      expect(output).toContain('know every operation of the contract')
    },
    GATE_MS,
  )
})
