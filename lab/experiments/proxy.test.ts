import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, expect, test } from '@jest/globals'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { openProxy, type TcpProxy } from './ground.ts'

const host = '127.0.0.1'
/** Echoes whatever it receives. */
const database = createServer((socket) => void socket.pipe(socket)).listen(0, host)
let proxy: TcpProxy
const open: Socket[] = []
afterEach(() => {
  proxy.close()
  for (const socket of open.splice(0)) socket.destroy()
})
afterAll(() => void database.close())

const heardBy = (socket: Socket) => {
  let heard = ''
  socket.setEncoding('utf8').on('data', (text) => {
    heard += text
  })
  return () => heard
}
const a_client = (port: number) => {
  const socket = connect({ host, port })
  open.push(socket)
  return { socket, heard: heardBy(socket) }
}
const a_proxy = async () => {
  const port = await freePort(host)
  proxy = await openProxy({ host, port }, { host, port: (database.address() as AddressInfo).port })
  return port
}

test('a silent proxy holds everything back, the end of a connection included, and delivers it late', async () => {
  const port = await a_proxy()
  const [old, leaving] = [a_client(port), a_client(port)]
  old.socket.write('before')
  leaving.socket.write('before')
  await Promise.all([once(old.socket, 'data'), once(leaving.socket, 'data')])
  proxy.silence()
  old.socket.write(' late')
  leaving.socket.end(' end')
  const fresh = a_client(port)
  fresh.socket.write('new')
  await once(fresh.socket, 'connect')
  // Anything that gets through has arrived by the time that a message has gone around the proxy.
  const direct = a_client((database.address() as AddressInfo).port)
  direct.socket.write('round')
  await once(direct.socket, 'data')
  expect([old.heard(), leaving.heard(), fresh.heard()]).toEqual(['before', 'before', ''])
  expect(leaving.socket.readyState).toBe('readOnly')
  proxy.resume()
  await Promise.all([once(old.socket, 'data'), once(fresh.socket, 'data'), once(leaving.socket, 'end')])
  expect([old.heard(), leaving.heard(), fresh.heard()]).toEqual(['before late', 'before end', 'new'])
})
