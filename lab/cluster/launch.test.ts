import { createServer } from 'node:net'
import { expect, test } from '@jest/globals'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { refuseUnlessFree } from './change.ts'

const HOST = '127.0.0.1'
/** Kept for documentation (RFC 5737): no machine has it. */
const ELSEWHERE = '192.0.2.1'

test('a free port is accepted; for a port in use the error names the address', async () => {
  const port = await freePort(HOST)
  await refuseUnlessFree(HOST, port)
  const server = createServer().listen(port, HOST)
  await new Promise((resolve) => server.once('listening', resolve))
  await expect(refuseUnlessFree(HOST, port)).rejects.toThrow(`${HOST}:${port} is in use by another process`)
  await new Promise((resolve) => server.close(resolve))
  await refuseUnlessFree(HOST, port)
})

test('for an address that this machine lacks, the error gives the command that adds it', async () => {
  await expect(refuseUnlessFree(ELSEWHERE, 0)).rejects.toThrow(`sudo ifconfig lo0 alias ${ELSEWHERE}`)
})
