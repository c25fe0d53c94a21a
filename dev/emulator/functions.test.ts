import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { openLog } from '../../lib/log.ts'
import { handlers, prepare, replaceAll } from './functions.ts'

const SHARED = { threads: 1, atOnce: Number.POSITIVE_INFINITY }
const PATIENT_MS = 30_000

let directory: string
let lines: string[]
const log = openLog({ write: (line) => void lines.push(line) })
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'dialogs-functions-'))
})
beforeEach(() => {
  lines = []
})
afterAll(() => {
  replaceAll()
  rmSync(directory, { recursive: true })
})

/** A function with this body, in which `event` and `context` are defined. */
const a_function = (body: string, { timeoutMs = PATIENT_MS, size = SHARED, before = '' } = {}) => {
  const name = `function-${Object.keys(handlers).length}`
  const bundle = join(directory, `${name}.mjs`)
  const write = (text: string, top = '') =>
    writeFileSync(bundle, `${top}\nexport const handler = async (event, context) => { ${text} }\n`)
  write(body, before)
  prepare({ name, bundle, env: { TOLD: 'so' }, timeoutMs, size }, log)
  const ask = async (method = 'GET', more = {}) => {
    const event = { headers: { 'x-request-id': 'mine' }, requestContext: { http: { method } }, ...more }
    const reply = await handlers[name]?.(event)
    if (!reply) throw new Error('no reply')
    return reply
  }
  return { ask, write }
}
const answering = (expression: string) => `return { statusCode: 200, body: String(${expression}) }`
/** Why requests failed, according to the log. */
const reasons = () => lines.map((line) => String(JSON.parse(line).err.message))
const until = (condition: string) => `while (!(${condition})) await new Promise(setImmediate)`

describe('a function of the emulator', () => {
  test('gets its event, its remaining time, and only the environment that it is deployed with', async () => {
    const seen = '[event.more, context.getRemainingTimeInMillis() > 0, JSON.stringify(process.env)]'
    const { ask } = a_function(answering(seen))
    expect(await ask('GET', { more: 1 })).toEqual({ statusCode: 200, body: '1,true,{"TOLD":"so"}' })
  })

  test('handles any number of concurrent requests in one thread', async () => {
    const { ask } = a_function(`here += 1; ${until('here >= 50')}; ${answering('here')}`, {
      before: 'let here = 0',
    })
    const replies = await Promise.all(Array.from({ length: 50 }, () => ask()))
    expect(new Set(replies.map(({ body }) => body))).toEqual(new Set(['50']))
  })

  test('with several threads handles one request in each, and refuses those for which no thread is free', async () => {
    const body = `here += 1; if (event.waits) ${until('Date.now() > event.waits')}; ${answering('here')}`
    const { ask } = a_function(body, { before: 'let here = 0', size: { threads: 2, atOnce: 1 } })
    await Promise.all([ask(), ask()])
    const waits = Date.now() + 300
    const replies = await Promise.all(Array.from({ length: 5 }, () => ask('POST', { waits })))
    expect(replies.map(({ statusCode }) => statusCode).sort()).toEqual([200, 200, 503, 503, 503])
    for (const { statusCode, body: text, headers } of replies) {
      if (statusCode === 200) expect(text).toBe('2')
      else expect(JSON.parse(text)).toMatchObject({ code: 50307, request_id: 'mine' })
      if (statusCode === 503) expect(headers).toMatchObject({ 'retry-after': '1', 'x-request-id': 'mine' })
    }
    expect(await ask()).toMatchObject({ statusCode: 200 })
  })

  test('is loaded again after a build; requests in flight end with the code they began with', async () => {
    const { ask, write } = a_function(`${until('Date.now() > event.waits')}; ${answering('"old"')}`)
    const asked = ask('GET', { waits: Date.now() + 500 })
    await ask('GET', { waits: 0 })
    write(answering('"new"'))
    replaceAll()
    expect(await ask()).toMatchObject({ body: 'new' })
    expect(await asked).toMatchObject({ body: 'old' })
  })

  test.each([
    ['throws', 'throw new Error("as the test says")', 'as the test says'],
    ['throws nothing', 'throw undefined', 'without a status'],
    ['throws what cannot be passed on', 'throw () => 1', 'has failed'],
    ['answers nothing', '', 'without a status'],
    ['answers without a status', 'return { body: "{}" }', 'without a status'],
    ['answers with a stack trace', 'return { errorMessage: "", stackTrace: [] }', 'without a status'],
    [
      'answers with what cannot be passed on',
      'return { statusCode: 200, body: () => 1 }',
      'could not be cloned',
    ],
  ])('that %s is answered with a 500 in the format of the service', async (_, body, reason) => {
    const { ask } = a_function(body)
    const reply = await ask()
    expect(reply.statusCode).toBe(500)
    expect(JSON.parse(reply.body)).toEqual({ message: 'Internal error', code: 50001, request_id: 'mine' })
    expect(reply.headers).toMatchObject({ 'x-request-id': 'mine', 'content-type': 'application/json' })
    expect(reasons()).toEqual([expect.stringContaining(reason)])
  })

  test.each([
    [
      'takes too long',
      'await new Promise(() => setInterval(() => 0, 1e6))',
      2_000,
      'no answer within 2000 ms',
    ],
    ['never yields', 'for (;;);', 2_000, 'no answer within 2000 ms'],
    ['ends its thread', 'process.exit(0)', PATIENT_MS, 'has ended (exit code 0)'],
    [
      'fails beside its request',
      'setImmediate(() => { throw 1 }); await new Promise(() => 0)',
      PATIENT_MS,
      'has failed',
    ],
  ])(
    'that %s may have written, unless the request was a GET; the next request is answered',
    async (_, body, timeoutMs, reason) => {
      const { ask } = a_function(`if (!event.is_fine) { ${body} } ${answering('"1"')}`, { timeoutMs })
      const [sent, listed] = await Promise.all([ask('POST'), ask('GET')])
      expect(sent).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1', 'x-request-id': 'mine' } })
      expect(JSON.parse(sent.body)).toMatchObject({ code: 50302, request_id: 'mine' })
      expect(listed).toMatchObject({ statusCode: 500 })
      expect(reasons()).toEqual([expect.stringContaining(reason), expect.stringContaining(reason)])
      expect(await ask('GET', { is_fine: true })).toMatchObject({ statusCode: 200 })
    },
  )

  test('that cannot be loaded is answered with a 500, and loaded again for the next request', async () => {
    const { ask, write } = a_function('', { before: 'this is no code' })
    expect(await ask()).toMatchObject({ statusCode: 500 })
    write(answering('1'))
    expect(await ask()).toMatchObject({ statusCode: 200 })
  })
})
