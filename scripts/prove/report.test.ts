import { expect, test } from '@jest/globals'
import { messageIdAt, type UserId } from '../../lib/dialog/ids.ts'
import { reportOf } from './report.ts'
import type { Sent, Try } from './sent.ts'
import { textOf } from './text.ts'

const at = (what: string, atMs: number) => ({ what, atMs, atSeconds: atMs / 1_000 })
const events = [at('all write', 0), at('a node is killed', 100), at('the end', 200)]
const sent = (endedMs: number, status: Try['status'] = 200): Sent => {
  const [from, to, text] = ['a' as UserId, 'b' as UserId, `at ${endedMs}`]
  const id = messageIdAt(endedMs, new Uint8Array(10))
  const body = JSON.stringify({ id, from, to, text })
  const one = { instance: 0, beganMs: 0, endedMs, status, body, retryAfterSeconds: 1 }
  return { from, to, text, key: text, tries: [one] }
}
const report = (said: Sent[], flaws: Parameters<typeof reportOf>[4] = []) =>
  reportOf('retries', events, said, [], flaws, 1)

test('a run passes when nothing is wrong and each of its phases has shown something', () => {
  expect(report([sent(50), sent(150), sent(170, 503)])).toMatchObject({ passed: true, findings: [] })
})

test('a run in which a phase has shown nothing does not pass', () => {
  for (const [told, silent] of [
    [50, 'a node is killed'],
    [150, 'all write'],
  ] as const) {
    const { passed, findings } = report([sent(told)])
    expect({ passed, findings }).toEqual({
      passed: false,
      findings: [expect.stringContaining(`since: ${silent}`)],
    })
  }
})

test('a flaw is counted once for a message, told wherever it was seen, and the run does not pass', () => {
  const flaw = (where: string) => ({ kind: 'lost', what: 'at 50', where }) as const
  const found = report([sent(50), sent(150)], [flaw('upwards'), flaw('downwards')])
  expect(found).toMatchObject({ passed: false, wrong: { lost: 1, doubled: 0 } })
  expect(textOf(found)).toContain('1 lost, 0 doubled')
  expect(textOf(found)).toContain('lost: at 50: downwards')
})

test('an answer that is not allowed is enough not to pass', () => {
  expect(report([sent(50), sent(150), sent(160, 500)])).toMatchObject({ passed: false, forbiddenAnswers: 1 })
})
