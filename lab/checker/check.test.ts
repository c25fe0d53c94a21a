import { describe, expect, test } from '@jest/globals'
import { messageIdAt, type UserId } from '../../lib/model/ids.ts'
import { issuesOf, type Listing } from './check.ts'
import { forbiddenAnswers, type Sent, type Shown, type Try } from './sent.ts'

const [alice, bob] = ['alice' as UserId, 'bob' as UserId]
const BEGIN_MS = 1_800_000_000_000
const SECOND = 1_000

const shown = (second: number, salt = 0): Shown => ({
  id: messageIdAt(BEGIN_MS + second * SECOND, new Uint8Array(10).fill(salt)),
  from: alice,
  to: bob,
  text: `text ${second}`,
  sent_at: new Date(BEGIN_MS + second * SECOND).toISOString(),
})
const reply = (message: Shown, more: Partial<Try> = {}): Try => ({
  instance: 0,
  beganMs: 0,
  endedMs: 0,
  status: 200,
  body: JSON.stringify(message),
  retryAfterSeconds: undefined,
  ...more,
})
/** Sent at that second, tried twice at two instances, acknowledged each time in half a second. */
const sent = (second: number, tries?: Try[]): Sent => {
  const times = { beganMs: second * SECOND, endedMs: second * SECOND + 500 }
  const again = { instance: 1, beganMs: times.beganMs + 400, endedMs: times.endedMs + 400 }
  const message = shown(second)
  const both = [reply(message, times), reply(message, again)]
  return { from: alice, to: bob, text: message.text, key: `key ${second}`, tries: tries ?? both }
}
const all = [1, 3, 5].map((second) => sent(second))
const listed = [1, 3, 5].map((second) => shown(second))
const both = (messages: Shown[]): Listing[] => [
  { dialog: 'alice & bob', direction: 'upwards', messages },
  { dialog: 'alice & bob', direction: 'downwards', messages: messages.toReversed() },
]
const kinds = (...[said, listings]: Parameters<typeof issuesOf>) =>
  issuesOf(said, listings).map(({ kind, where }) => `${kind}: ${where}`)
const eachWay = (kind: string) => [`${kind}: alice & bob, downwards`, `${kind}: alice & bob, upwards`]

describe('the checker', () => {
  test('finds nothing wrong with messages that were acknowledged once and are listed once, in order, both ways', () => {
    expect(issuesOf(all, both(listed))).toEqual([])
  })

  test('accepts that an unacknowledged message is listed or is not', () => {
    const unsure = sent(7, [reply(shown(7), { status: 503 }), reply(shown(7), { status: 'hung up' })])
    expect(issuesOf([...all, unsure], both(listed))).toEqual([])
    expect(issuesOf([...all, unsure], both([...listed, shown(7)]))).toEqual([])
  })

  test.each<[string, Shown[]]>([
    ['lost', listed.toSpliced(1, 1)],
    ['doubled', listed.toSpliced(1, 0, shown(3))],
    ['doubled', [...listed, { ...shown(7), text: 'text 1' }]],
    ['doubled', [{ ...shown(0), text: 'text 1' }, ...listed]],
    ['out of order', [shown(3), shown(1), shown(5)]],
    ['invented', [...listed, shown(7)]],
    ['changed', listed.with(1, { ...shown(3), text: 'another text' })],
    ['changed', listed.with(1, { ...shown(3), from: bob, to: alice })],
    ['changed', listed.with(1, { ...shown(3), sent_at: shown(4).sent_at })],
  ])('reports that a message is %s, and where', (kind, messages) => {
    expect(new Set(kinds(all, both(messages)))).toEqual(new Set(eachWay(kind)))
  })

  test('needs and checks both directions', () => {
    const [upwards, downwards] = [both(listed)[0], both(listed.slice(1))[1]] as [Listing, Listing]
    expect(kinds(all, [upwards, downwards])).toEqual(['lost: alice & bob, downwards'])
    expect(() => issuesOf(all, [upwards])).toThrow('alice & bob was not read back downwards')
  })

  test('refuses messages that it cannot tell apart', () => {
    expect(() => issuesOf([...all, sent(1)], both(listed))).toThrow('two messages have one text')
  })

  test('reports an id that was never acknowledged as invented, even if its text was sent', () => {
    const messages = listed.with(1, { ...shown(3, 9) })
    expect(new Set(kinds(all, both(messages)))).toEqual(new Set([...eachWay('lost'), ...eachWay('invented')]))
  })

  test.each<[string, Try[]]>([
    ['doubled: 2 ids', [reply(shown(1)), reply(shown(1, 9))]],
    ['changed: one id in 2', [reply(shown(1)), reply(shown(1), { body: `${JSON.stringify(shown(1))} ` })]],
    ['changed: a reply tells', [reply({ ...shown(1), text: 'another text' })]],
    ['changed: a reply tells', [reply({ ...shown(1), to: alice })]],
    ['changed: a reply tells', [reply({ ...shown(1), sent_at: shown(2).sent_at })]],
    ['changed: a reply tells', [reply(shown(1), { body: 'null' })]],
    ['changed: a reply tells', [reply(shown(1), { body: '<html>' })]],
  ])('reports replies to one key: %s', (words, tries) => {
    expect(kinds([sent(1, tries)], both([shown(1)]))).toContainEqual(expect.stringContaining(words))
  })

  test('finds overtaken messages across instances when they are further apart than clocks may differ', () => {
    const later = (afterMs: number, instances: number[]) =>
      sent(
        1,
        instances.map((instance) => reply(shown(1), { instance, beganMs: 3_500 + afterMs, endedMs: 9_000 })),
      )
    const issues = (second: Sent) => kinds([second, sent(3)], both([shown(1), shown(3)]))
    expect(issues(later(500, [1]))).toEqual([])
    expect(issues(later(501, [1]))).toEqual(['out of order: listed before text 3, sent after it'])
  })

  test('finds overtaken messages on one instance however close they are, unless they share a millisecond', () => {
    const on = (message: Shown, instance: number, beganMs: number, endedMs: number): Sent => ({
      ...sent(1, [reply(message, { instance, beganMs, endedMs })]),
      text: message.text,
    })
    const [low, high] = [
      { ...shown(3), text: 'low' },
      { ...shown(3, 9), text: 'high' },
    ]
    const issues = (first: Shown, second: Shown, instance = 0) =>
      kinds([on(first, 0, 0, 100), on(second, instance, 101, 200)], both([low, high, shown(5)].slice(0, 2)))
    expect(issues(high, low)).toEqual([])
    const early = { ...shown(2), text: 'low' }
    expect(kinds([on(high, 0, 0, 100), on(early, 0, 101, 200)], both([early, high]))).toEqual([
      'out of order: listed before high, sent after it',
    ])
    expect(kinds([on(high, 0, 0, 100), on(early, 1, 101, 200)], both([early, high]))).toEqual([])
  })
})

test('the only allowed reply besides an acknowledgement is "come again later", with the time when', () => {
  const answered = (status: Try['status'], retryAfterSeconds?: number) =>
    forbiddenAnswers([sent(1, [reply(shown(1), { status, retryAfterSeconds, body: 'why' })])])
  for (const status of [429, 503]) {
    expect(answered(status, 1)).toEqual([])
    expect(answered(status)).toEqual([`text 1: ${status} without Retry-After why`])
  }
  expect([...answered(200), ...answered('hung up')]).toEqual([])
  for (const status of [400, 401, 422, 500, 502, 'no reply'] as const)
    expect(answered(status, 1)).toEqual([`text 1: ${status} why`])
})
