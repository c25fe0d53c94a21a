import { describe, expect, test } from '@jest/globals'
import { FRAMES, OPERATIONS } from '../../bin/operations.ts'
import { connectContract, disconnectContract } from '../../lib/contract/connection.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { CATALOGUE, type Metric } from '../../lib/metrics/catalogue.ts'
import { STATEMENT_NAMES } from '../../lib/store/open.ts'
import { everything_is_done } from '../fakes/everything.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { measured, type Series, valueIn } from '../world/measured.ts'
import { inProcess } from '../world/service.ts'

const USERS = 10_000
const MOST_SERIES = 600
/** With accounts, pushes and everything else that the service can do. */
const MOST_SERIES_OF_ALL = 1_000
const SECRET = 'x'.repeat(32)

const operations = [
  ...OPERATIONS.map(({ contract }) => contract),
  ...FRAMES,
  connectContract,
  disconnectContract,
].map(({ operation }) => operation)
/** What code elsewhere lists. */
const LISTED: Record<string, string[]> = {
  operation: [...operations, 'none', 'preflight', 'frame'],
  code: ['200', '204', ...Object.values(PROBLEMS).map(({ code }) => String(code))],
  statement: STATEMENT_NAMES,
}
const OUTCOMES = ['done', 'not_written', 'in_doubt']

/** All that are not on the list of their label. */
const unlisted = (all: Series[]) =>
  all.flatMap(({ name, labels }) => {
    const metric: Metric | undefined =
      CATALOGUE[name.replace(/_(bucket|sum|count)$/, '') as keyof typeof CATALOGUE]
    const known = (label: string) =>
      LISTED[label] ?? metric?.values ?? (name === 'dialogs_statements_total' ? OUTCOMES : [])
    return Object.entries(labels)
      .filter(([label, value]) => label !== 'le' && !known(label).includes(value))
      .map(([label, value]) => `${name}{${label}="${value}"}`)
  })

test(`after ${USERS} people have written to ${USERS} others there are fewer than ${MOST_SERIES} series`, async () => {
  const app = given.a_service_in_memory({ mode: 'gateway', secrets: [SECRET] })
  app.memory.cutAt = (rows) => rows
  const { series } = measured(app)
  const service = inProcess(app)
  const person = (id: string) => ({ id, headers: { 'x-gateway-secret': SECRET, 'x-user-id': id } })
  for (let user = 0; user < USERS; user += 1) {
    const [one, other] = [person(`one-${user}`), person(`other-${user}`)]
    const { text } = await when.they_send(service, one, other, `Hello ${user}`)
    // Each of them once, and what is counted of a person once more.
    if (user % 100 !== 0) continue
    await when.they_list(service, other, one)
    await when.they_look(service, other)
    await when.they_show(service, other, one)
    await when.they_catch_up(service, other)
    await when.they_mark(service, other, one, JSON.parse(text).id)
    then.it_is_refused(await when.they_send(service, one, other, ''), 'bad_field')
  }
  const all = await series()
  expect(valueIn(all, 'dialogs_requests_total', { operation: 'sendMessage', code: '200' })).toBe(USERS)
  expect(all.length).toBeLessThan(MOST_SERIES)
  expect(unlisted(all)).toEqual([])
})

describe('when everything that the service can do has been done by people with marked names, texts and credentials', () => {
  test('every operation has been counted, no label has anything of theirs, and each value is on a list', async () => {
    const { page, series, marks } = await everything_is_done()
    const all = await series()
    const counted = new Set(
      all.filter(({ name }) => name === 'dialogs_requests_total').map(({ labels }) => labels['operation']),
    )
    expect(new Set(LISTED['operation']).difference(counted)).toEqual(new Set())
    const text = await page()
    expect(marks.size).toBeGreaterThan(20)
    expect([...marks].filter((mark) => text.includes(mark))).toEqual([])
    expect(unlisted(all)).toEqual([])
    expect(all.length).toBeLessThan(MOST_SERIES_OF_ALL)
  })
})
