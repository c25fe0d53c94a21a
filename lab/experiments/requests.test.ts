import { describe, expect, test } from '@jest/globals'
import { messageIdAt } from '../../lib/model/ids.ts'
import { issuesOf, type Listing } from '../checker/check.ts'
import { forbiddenAnswers, messageIn, type Shown } from '../checker/sent.ts'
import { requestsIn, sentAmong } from './requests.ts'

const BEGIN_MS = 1_800_000_000_000

/** A send of that second as lab/load/scenarios/steps/record.ts writes it: acknowledged in half a second. */
const line = (second: number, more: object = {}) => {
  const beganMs = BEGIN_MS + second * 1_000
  const [from, to, text] = ['alice', 'bob', `text ${second}`]
  const message = {
    id: messageIdAt(beganMs, new Uint8Array(10)),
    from,
    to,
    text,
    sent_at: new Date(beganMs).toISOString(),
  }
  const asked = { id: `1-${second}`, class: 'town', instance: 0, text, from, to, beganMs, ...more }
  const answered = { endedMs: beganMs + 500, durationMs: 499.5, status: 200, body: JSON.stringify(message) }
  return `${JSON.stringify(asked)}\n${JSON.stringify({ id: asked.id, ...answered, ...more })}\n`
}
const list = (more: object = {}) => line(9, { text: undefined, body: '', ...more })

describe('the record that k6 writes', () => {
  test('is read request by request, whatever the outcome', () => {
    const later = { status: 503, retryAfter: '2', body: 'later' }
    const silent = { status: 0, body: 'request timeout' }
    expect(requestsIn([line(1), list(later), line(3, silent)].join(''))).toMatchObject([
      { class: 'town', instance: 0, text: 'text 1', status: 200, durationMs: 499.5 },
      { status: 503, retryAfterSeconds: 2 },
      { status: 'no reply', retryAfterSeconds: undefined, body: 'request timeout' },
    ])
  })

  test.each(['{"class":"town"', '{"class":"town"}', 'level=info msg="something else"'])(
    'is refused as a whole when a line has another form: %s',
    (torn) => {
      expect(() => requestsIn(`${line(1)}${torn}\n`)).toThrow('line 3 of the requests is not one: ')
    },
  )

  test('includes requests without an answer: their client hung up', () => {
    const [asked = ''] = line(3).split('\n')
    const found = requestsIn(`${asked}\n${line(1)}`)
    expect(found.map(({ text, status }) => [text, status])).toEqual([
      ['text 3', 'hung up'],
      ['text 1', 200],
    ])
    expect(forbiddenAnswers(sentAmong(found))).toEqual([])
  })

  test('gives the checker the sends, each tried once', () => {
    const sent = sentAmong(requestsIn(`${line(1)}${list()}${line(3)}`))
    expect(sent.map(({ text, tries }) => [text, tries.length])).toEqual([
      ['text 1', 1],
      ['text 3', 1],
    ])
  })

  test('may contain a list that was told to come again later, and no other failure of a list', () => {
    const answers = (more: object) =>
      forbiddenAnswers(requestsIn(list(more)).map((one) => ({ text: 'a list', tries: [one] })))
    expect(answers({ status: 429, retryAfter: '1' })).toEqual([])
    expect(answers({ status: 503 })).toHaveLength(1)
    expect(answers({ status: 0 })).toHaveLength(1)
    expect(answers({ status: 500, retryAfter: '1' })).toHaveLength(1)
  })
})

describe('the checker, given the sends of k6,', () => {
  const sent = sentAmong(requestsIn([1, 3, 5].map((second) => line(second)).join('')))
  const shown = sent.map(({ tries: [one] }) => one && messageIn(one)) as [Shown, Shown, Shown]
  const kinds = (upwards: Shown[], said = sent) => {
    const listings: Listing[] = [
      { dialog: 'alice & bob', direction: 'upwards', messages: upwards },
      { dialog: 'alice & bob', direction: 'downwards', messages: upwards.toReversed() },
    ]
    return new Set(issuesOf(said, listings).map(({ kind }) => kind))
  }
  const [first, second, third] = shown

  test('finds nothing wrong with messages listed as they were acknowledged', () => {
    expect(kinds(shown)).toEqual(new Set())
  })

  test.each([
    ['lost', [first, third]],
    ['doubled', [first, second, second, third]],
    ['out of order', [second, first, third]],
    ['invented', [...shown, { ...third, id: messageIdAt(BEGIN_MS + 9_000, new Uint8Array(10)), text: 'no' }]],
    ['changed', [first, { ...second, text: 'another' }, third]],
  ])('finds a message that is %s', (kind, upwards) => {
    expect(kinds(upwards)).toEqual(new Set([kind]))
  })

  test('finds an overtaken message: sent after another was acknowledged, and stamped before it', () => {
    const late = sentAmong(requestsIn(line(1, { beganMs: BEGIN_MS + 9_000, endedMs: BEGIN_MS + 9_500 })))
    expect(kinds(shown, [...late, ...sent.slice(1)])).toEqual(new Set(['out of order']))
  })
})
