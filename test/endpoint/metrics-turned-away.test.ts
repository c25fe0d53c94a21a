import { describe, expect, test } from '@jest/globals'
import { hold } from '../fakes/memory-store.ts'
import { two_people_in_memory } from '../fakes/two-people.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { countsOf, measured } from '../world/measured.ts'
import { a_connection } from '../world/raw-http.ts'
import { served } from '../world/served-in-memory.ts'
import { inProcess } from '../world/service.ts'

describe('what is turned away is counted by its reason:', () => {
  test('who sends too much, and who comes when all places are taken', async () => {
    const limits = { requestsAtOnce: 1, sendRate: { perSecond: 1, burst: 2 } }
    const { app, alice, bob } = await two_people_in_memory(undefined, limits)
    const counting = measured(app)
    const service = inProcess(app)
    const { reached, proceed } = hold(app.memory, 'insertMessage')
    const first = when.they_send(service, alice, bob, 'Hello')
    await reached
    then.it_is_refused(await when.they_send(service, bob, alice, 'Hello'), 'overloaded')
    app.memory.before = () => undefined
    proceed()
    then.it_succeeds(await first)
    then.it_succeeds(await when.they_send(service, alice, bob, 'Hello'))
    then.it_is_refused(await when.they_send(service, alice, bob, 'Hello'), 'too_many_sends')
    expect(await countsOf(counting, 'dialogs_turned_away_total')).toEqual({
      overloaded: 1,
      too_many_sends: 1,
    })
  })

  test('connections beyond the limit', async () => {
    const { app } = await two_people_in_memory()
    const counting = measured(app)
    const server = await served(app, undefined, 1)
    const first = a_connection(server.url)
    first.socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    await first.replies(1)
    await a_connection(server.url).closed
    expect(await countsOf(counting, 'dialogs_turned_away_total')).toEqual({ too_many_connections: 1 })
    first.socket.destroy()
    await server.stop()
  })

  test('requests whose headers or bodies are too large', async () => {
    const { app, alice, bob } = await two_people_in_memory()
    const counting = measured(app)
    const server = await served(app)
    const large = a_connection(server.url)
    large.socket.write(`GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`)
    await large.closed
    await when.they_send(server.service, alice, bob, 'x'.repeat(70_000))
    expect(await countsOf(counting, 'dialogs_turned_away_total')).toEqual({
      headers_too_large: 1,
      body_too_large: 1,
    })
    await server.stop()
  })
})
