import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Serving, startServing } from '../../dev/serving.ts'
import * as then from '../sentences/then.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { a_connection } from '../world/raw-http.ts'
import { overHttp } from '../world/service.ts'

describe('npm run serve in two processes', () => {
  let setting: LocalSetting
  let serving: Serving

  beforeAll(async () => {
    setting = await a_local_setting()
    serving = await startServing({ ...setting.variables, WORKERS: '2' }, 0, join(setting.directory, 'log'))
  }, 120_000)
  afterAll(async () => {
    await serving.stop()
    await setting.remove()
  })

  const log = () => readFile(join(setting.directory, 'log'), 'utf8')
  const bothListen = async () => {
    while ([...(await log()).matchAll(/"listening"/g)].length < 2);
  }
  const pids = async () => {
    const all = await text(spawn('ps', ['-A', '-o', 'pid=,ppid=']).stdout)
    const pairs = all.split('\n').map((line) => line.trim().split(/\s+/))
    return pairs.filter(([, parent]) => parent === String(serving.pid)).map(([pid]) => String(pid))
  }

  test('connections are spread over the processes by the kernel', async () => {
    await bothListen()
    const port = Number(new URL(serving.url).port).toString(16).toUpperCase().padStart(4, '0')
    const sockets = await readFile('/proc/net/tcp', 'utf8')
    const listening = sockets.split('\n').filter((line) => line.includes(`:${port} 00000000:0000 0A`))
    expect(listening).toHaveLength(2)
    const files = async () => Promise.all((await pids()).map((pid) => readdir(`/proc/${pid}/fd`)))
    const before = (await files()).map(({ length }) => length)
    const opened = Array.from({ length: 128 }, () => a_connection(serving.url))
    for (const { socket } of opened) socket.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n')
    for (const { replies } of opened) await replies(1)
    const taken = (await files()).map(({ length }, process) => length - Number(before[process]))
    // At random, one of the two gets fewer than 36 less than once in a million times.
    expect(Math.min(...taken)).toBeGreaterThanOrEqual(36)
    for (const { socket } of opened) socket.destroy()
  })

  test('a process that dies is replaced', async () => {
    await bothListen()
    const [victim] = await pids()
    process.kill(Number(victim), 'SIGKILL')
    let now = await pids()
    while (now.length < 2 || now.includes(String(victim))) now = await pids()
    expect(now).toHaveLength(2)
    then.it_succeeds(await overHttp(serving.url)({ method: 'GET', path: '/health' }))
    expect(await log()).toContain('starting another')
  })
})
