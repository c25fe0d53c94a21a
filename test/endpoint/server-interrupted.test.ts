import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { hold } from '../fakes/memory-store.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_connection } from '../world/raw-http.ts'
import { type ServedInMemory, served_in_memory } from '../world/served-in-memory.ts'

let server: ServedInMemory
const serve = async () => {
  server = await served_in_memory()
}

const the_insert_is_held = () => hold(server.app.memory, 'insertMessage')

describe('the server, interrupted while it handles a request,', () => {
  beforeEach(() => serve())
  afterEach(() => server.stop())

  test('never answers a request with the error of a later one', async () => {
    const { alice, bob } = server
    const { reached, proceed } = the_insert_is_held()
    const { socket, closed } = a_connection(server.url)
    const body = '{"text":"a"}'
    const head = `POST /dialog/${bob.id}/send HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}`
    socket.write(`${head}\r\nAuthorization: ${alice.headers['authorization']}\r\n\r\n${body}`)
    await reached
    socket.write('garbage\r\n\r\n')
    expect(await closed).toBe('')
    proceed()
    server.app.memory.before = () => undefined
    await then.the_dialog_holds(server.service, alice, bob, ['a'])
  })

  test('does not carry out a request that is answered with the error of what follows it in the same packet', async () => {
    const { alice, bob } = server
    const { socket, closed } = a_connection(server.url)
    const body = '{"text":"a"}'
    const head = `POST /dialog/${bob.id}/send HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}`
    socket.write(`${head}\r\nAuthorization: ${alice.headers['authorization']}\r\n\r\n${body}garbage\r\n\r\n`)
    expect((await closed).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400'])
    expect(server.app.memory.tables.rows('messages')).toEqual([])
  })

  test('drops what follows a request after which the connection is closed', async () => {
    const { alice, bob } = server
    const ask = (text: string, length: number) =>
      `POST /dialog/${bob.id}/send HTTP/1.1\r\nHost: a\r\nAuthorization: ${alice.headers['authorization']}\r\nContent-Length: ${length}\r\n\r\n${text}`
    const { socket, closed } = a_connection(server.url)
    socket.write(ask('x'.repeat(70_000), 70_000) + ask('{"text":"a"}', 12))
    expect((await closed).match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413'])
    expect(server.app.memory.tables.rows('messages')).toEqual([])
  })

  test('survives a log that cannot be written', async () => {
    const { socket, closed } = a_connection(server.url)
    const { write } = server.app
    server.app.write = () => {
      throw new Error('no space left')
    }
    socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(await closed).toBe('')
    server.app.write = write
    then.it_succeeds(await server.service({ method: 'GET', path: '/health' }))
  })

  test('told to stop, answers the request in flight, closes its connection, and refuses new ones', async () => {
    const { service, alice, bob } = server
    const { reached, proceed } = the_insert_is_held()
    const sending = when.they_send(service, alice, bob, 'the last one')
    await reached
    const stopped = server.stop()
    await expect(server.service({ method: 'GET', path: '/health' })).rejects.toThrow('ECONNREFUSED')
    proceed()
    const reply = await sending
    then.it_succeeds(reply)
    expect(reply.headers['connection']).toBe('close')
    await stopped
  })

  test('told to stop, still answers one request on an idle connection', async () => {
    const { socket, replies, closed } = a_connection(server.url)
    const ask = 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n'
    socket.write(ask)
    await replies(1)
    const idle = a_connection(server.url)
    const stopped = server.stop()
    socket.write(ask)
    expect((await closed).match(/200 OK/g)).toHaveLength(2)
    await stopped
    expect(await idle.closed).toBe('')
  })
})
