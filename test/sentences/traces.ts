/** How one request is followed from its caller to the statements and pushes that it has led to. */
import { expect, test } from '@jest/globals'
import { a_trace, attributesOf, CALLER, type Collected, type Collector } from '../world/collector.ts'
import type { Service } from '../world/service.ts'
import { until } from '../world/until.ts'
import * as given from './given.ts'
import * as then from './then.ts'
import * as when from './when.ts'

type Line = Record<string, unknown>
export type Recorded = {
  service: Service
  credentials: given.Credentials
  collector: Collector
  /** The lines of its log so far. */
  logged: () => Line[]
}
/** As OpenTelemetry's protocol has them. */
const [SERVER, CLIENT] = [2, 3]
export const [PRODUCER, CONSUMER] = [4, 5]

/** A stranger whose requests are part of a trace. */
export const a_stranger_in = async (
  { traceparent }: { traceparent: string },
  credentials: given.Credentials,
) => {
  const person = await given.a_stranger(credentials, 'alice')
  return { ...person, headers: { ...person.headers, traceparent } }
}

export const its_span = async (collector: Collector, traceId: string, name: string): Promise<Collected> => {
  const find = () => collector.of(traceId).find((span) => span.name === name)
  await until(`the span ${name}`, () => find() !== undefined)
  return find() as Collected
}

export const traceSentences = (open: () => Recorded): void => {
  const followed = async (operation: string, traceId: string) => {
    const { collector, logged } = open()
    const span = await its_span(collector, traceId, operation)
    expect(span).toMatchObject({ kind: SERVER, parentSpanId: CALLER })
    const lines = () =>
      logged().filter((line) => line['message'] === 'request' && line['trace_id'] === traceId)
    await until('its line', () => lines().length > 0)
    expect(lines()).toMatchObject([{ operation, status: 200 }])
    const told = attributesOf(span)
    expect(told).toMatchObject({
      'dialogs.request_id': lines()[0]?.['request_id'],
      'dialogs.round_trips': String(lines()[0]?.['round_trips']),
      'dialogs.lanes': '1',
      'dialogs.in_doubt': 'false',
    })
    const parts = () => collector.of(traceId).filter(({ kind }) => kind === CLIENT)
    await until('its statements', () => parts().length >= Number(told['dialogs.round_trips']))
    for (const part of parts()) {
      expect(part.parentSpanId).toBe(span.spanId)
      expect(attributesOf(part)).toMatchObject({ 'dialogs.outcome': 'done' })
    }
    return parts()
  }

  test('a send and a page are followed from the caller to the log, and to each statement', async () => {
    const { service, credentials } = open()
    const [send, list] = [a_trace(), a_trace()]
    const alice = await a_stranger_in(send, credentials)
    const bob = await a_stranger_in(list, credentials)
    then.it_succeeds(await when.they_send(service, alice, bob, 'Hello, Bob!'))
    then.it_succeeds(await when.they_list(service, bob, alice, 'limit=1'))
    const written = await followed('sendMessage', send.traceId)
    expect(written.map(({ name }) => name)).toContain('insertMessage')
    const read = await followed('listMessages', list.traceId)
    const [before] = read.filter(({ name }) => name === 'messagesBefore')
    expect(before && attributesOf(before)).toEqual({
      'dialogs.outcome': 'done',
      'dialogs.attempts': '1',
      'dialogs.lanes': '1',
    })
  })
}
