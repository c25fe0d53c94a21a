import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import connect from '../../test/fixtures/events/websocket-connect.json' with { type: 'json' }
import disconnect from '../../test/fixtures/events/websocket-disconnect.json' with { type: 'json' }
import message from '../../test/fixtures/events/websocket-message.json' with { type: 'json' }
import { connectEvent, disconnectEvent, messageEvent, originOf } from './events.ts'

const rawHeaders = [
  'Host',
  'a.example:3000',
  'User-Agent',
  'a client',
  'X-One',
  '1',
  'X-One',
  '2',
  '__proto__',
  'x',
]
const request = {
  rawHeaders,
  headers: { host: 'a.example:3000', 'user-agent': 'a client' },
  socket: { remoteAddress: '192.0.2.1' },
} as unknown as IncomingMessage
const origin = originOf(request, 'AAAA1234=')

/** The kinds of values by name, of an object and of those in it. */
const shapeOf = (value: object): [string, unknown][] =>
  Object.entries(value).map(([name, one]) => [name, typeof one === 'object' ? shapeOf(one) : typeof one])

describe('the events of a connection', () => {
  test.each([
    ['beginning', connectEvent(origin, request), connect],
    ['frame', messageEvent(origin, '{"action":"ping"}'), message],
    ['end', disconnectEvent(origin, 1005, ''), disconnect],
  ])('have nothing about its %s that those of an API Gateway do not have', (_, ours, theirs) => {
    const { eventType, routeKey, messageDirection, connectionId } = ours.requestContext
    expect(theirs.requestContext).toMatchObject({ eventType, routeKey, messageDirection, connectionId })
    const known = shapeOf(theirs.requestContext)
    expect(known).toEqual(expect.arrayContaining(shapeOf(ours.requestContext)))
    expect(Object.keys(theirs)).toEqual(expect.arrayContaining(Object.keys(ours)))
  })

  test('have all headers of the handshake, as they were sent, and the last of those that are repeated', () => {
    const { headers, multiValueHeaders } = connectEvent(origin, request)
    expect(Object.entries(headers ?? {})).toEqual([
      ['Host', 'a.example:3000'],
      ['User-Agent', 'a client'],
      ['X-One', '2'],
      ['__proto__', 'x'],
    ])
    expect(Object.entries(multiValueHeaders ?? {})).toEqual([
      ['Host', ['a.example:3000']],
      ['User-Agent', ['a client']],
      ['X-One', ['1', '2']],
      ['__proto__', ['x']],
    ])
  })

  test('say who is connected to what, from where, and since when', () => {
    expect(messageEvent(origin, 'x').requestContext).toMatchObject({
      domainName: 'a.example',
      identity: { sourceIp: '192.0.2.1', userAgent: 'a client' },
      connectedAt: expect.any(Number),
    })
  })

  test('each have an id of their own', () => {
    const ids = Array.from({ length: 100 }, () => messageEvent(origin, 'x').requestContext.requestId)
    expect(new Set(ids).size).toBe(100)
  })
})
