/** Answers of a server that is no instance and no gateway, over HTTP or what looks like it. */
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'

const OK = 'HTTP/1.1 200 OK\r\n'

/** None of them is a complete answer. */
export const ODD_ANSWERS: [string, string][] = [
  ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'],
  ['switches to nothing', 'HTTP/1.1 101 X\r\n\r\n'],
  ['goes on for ever before its answer', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)],
  ['gives hints for ever', 'HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'.repeat(1_000)],
  ['never ends its headers', `${OK}X: y\r\n`],
  ['has too many headers', `${OK}${'X: some text\r\n'.repeat(5_000)}\r\n`],
  ['speaks another protocol', 'SSH-2.0-OpenSSH\r\n'],
  ['says nothing', ''],
]

/** Their status has been received by then. */
export const ODD_BODIES: [string, string][] = [
  ['never ends its body', `${OK}Transfer-Encoding: chunked\r\n\r\n${'1\r\nx\r\n'.repeat(1_000)}`],
  ['cuts its body', `${OK}Content-Length: 10\r\n\r\nabc`],
  ['breaks its chunks', `${OK}Transfer-Encoding: chunked\r\n\r\nzz\r\n`],
]

/** @param ends whether it closes each connection after its answer, or keeps it open */
export const an_odd_server = async (answer: string, ends: boolean) => {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.once('data', () => (ends ? socket.end(answer) : socket.write(answer)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<unknown>((resolve) => {
        server.close(resolve)
        for (const socket of sockets) socket.destroy()
      }),
  }
}
