import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { SpanKind, SpanStatusCode } from '@opentelemetry/api'
import { an_sdk, type Sdk } from '../../test/fakes/sdk.ts'
import { startCall } from '../call.ts'
import { Fault } from '../errors.ts'
import { bucketOf } from '../timeline/bucket.ts'
import { loadedTracer, Span, type Tracer } from '../trace/span.ts'
import { recorded } from './recorded.ts'

const BUCKET = bucketOf({ openedAtSeconds: 1_800_000_000, lanes: 16 })
const ASKED = ['a dialog', BUCKET, 'a message']

describe('a statement that is recorded', () => {
  let sdk: Sdk
  let span: Span
  const call = startCall(1_000)
  beforeEach(() => {
    sdk = an_sdk()
    span = new Span(loadedTracer() as Tracer, 'sendMessage', 'server')
  })
  afterEach(() => sdk.stop())
  const statement = () => sdk.spans()[0]

  test('says under its own name that it is done, after how many attempts, and in how many lanes', async () => {
    const result = await recorded('insertMessage', ASKED, call, span, async (own) => {
      own.attempts += 1
      own.attempts += 1
      return 'stored'
    })
    expect(result).toBe('stored')
    expect(statement()).toMatchObject({
      name: 'insertMessage',
      kind: SpanKind.CLIENT,
      traceId: span.traceId,
      status: SpanStatusCode.UNSET,
      attributes: { 'dialogs.outcome': 'done', 'dialogs.attempts': 2, 'dialogs.lanes': 16 },
    })
  })

  test.each([
    ['in_doubt', new Fault('write_in_doubt', 'the write may be stored')],
    ['not_written', new Fault('database_unavailable', 'the database did not answer')],
    ['not_written', new TypeError('a bug, and somebody named in it')],
  ])('is %s if it fails so, and passes the failure on', async (outcome, failure) => {
    const failing = recorded('insertMessage', ASKED, call, span, () => Promise.reject(failure))
    await expect(failing).rejects.toBe(failure)
    expect(statement()).toMatchObject({
      status: SpanStatusCode.ERROR,
      attributes: { 'dialogs.outcome': outcome },
    })
    expect(sdk.everything()).not.toContain(failure.message)
  })

  test('has no lanes unless it is about one partition of a time bucket', async () => {
    for (const name of ['newestBucket', 'bucketsUpTo', 'readProfile'] as const)
      await recorded(name, ['somebody', BUCKET], call, span, async () => undefined)
    expect(sdk.spans().map(({ attributes }) => attributes['dialogs.lanes'])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  test('counts on its request, beside others of it', async () => {
    const whole = startCall(1_000)
    const paused = Promise.withResolvers<void>()
    const one = recorded('insertMessage', ASKED, whole, span, async (own) => {
      own.roundTrips += 1
      own.attempts += 1
      own.writes += 1
      await paused.promise
      own.attempts += 1
    })
    await recorded('putListing', ASKED, whole, span, async (own) => {
      expect([own.attempts, own.remainingMs() <= 1_000, own.permission]).toEqual([0, true, undefined])
      own.roundTrips += 1
      own.attempts += 1
    })
    paused.resolve()
    await one
    expect([whole.roundTrips, whole.attempts, whole.writes]).toEqual([2, 3, 1])
    const attempts = sdk.spans().map(({ name, attributes }) => [name, attributes['dialogs.attempts']])
    expect(attempts).toEqual([
      ['putListing', 1],
      ['insertMessage', 2],
    ])
  })
})
