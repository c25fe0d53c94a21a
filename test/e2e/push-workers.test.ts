import { spawn } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freePort } from '../../dev/database/cassandra/ports.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { overHttp } from '../world/service.ts'
import { an_open_client } from '../world/sockets-served.ts'
import { until_it_holds } from '../world/until.ts'

describe('npm run serve in two processes that push to each other', () => {
  let setting: LocalSetting
  let serving: Serving
  let peerPort: number

  beforeAll(async () => {
    setting = await a_local_setting()
    peerPort = await freePort('127.0.0.1', 0)
    const variables = { ...setting.variables, PUSH: 'on', WORKERS: '2', PEER_PORT: String(peerPort) }
    serving = await startServing(variables, 0, join(setting.directory, 'log'))
  }, 120_000)
  afterAll(async () => {
    await serving.stop()
    await setting.remove()
  })

  const isTaken = (port: number) =>
    new Promise<boolean>((resolve) => {
      const socket = connect({ host: '127.0.0.1', port })
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
  const bothAreTaken = async () => (await isTaken(peerPort)) && (await isTaken(peerPort + 1))
  const pids = async () => {
    const all = await text(spawn('ps', ['-A', '-o', 'pid=,ppid=']).stdout)
    const pairs = all.split('\n').map((line) => line.trim().split(/\s+/))
    return pairs.filter(([, parent]) => parent === String(serving.pid)).map(([pid]) => String(pid))
  }

  test('a message arrives once on each device, whichever process has it, and whichever stores the message', async () => {
    await until_it_holds(bothAreTaken)
    const [alice, bob] = await Promise.all([
      given.a_stranger(setting.credentials, 'alice'),
      given.a_stranger(setting.credentials, 'bob'),
    ])
    const headers = { authorization: String(bob.headers['authorization']) }
    const opening = Array.from({ length: 12 }, () => an_open_client(serving.url, ['dialogs.v1'], { headers }))
    const devices = await Promise.all(opening)
    const all_hear = (count: number) => Promise.all(devices.map(({ hears }) => hears(count)))
    for (const { ws } of devices) ws.send('{"action":"ping"}')
    for (const [first] of await all_hear(1)) expect(first).toContain('"type":"pong"')
    const texts = Array.from({ length: 8 }, (_, index) => `message ${index + 1}`)
    for (const [sent, text] of texts.entries()) {
      // Each over a connection of its own.
      then.it_succeeds(await when.they_send(overHttp(serving.url), alice, bob, text))
      await all_hear(2 + sent)
    }
    for (const { heard, ws } of devices) {
      expect(heard.slice(1).map((frame) => JSON.parse(frame).message.text)).toEqual(texts)
      ws.close()
    }
  })

  test('a process that dies is replaced by one at the same peer port', async () => {
    await until_it_holds(bothAreTaken)
    const before = await pids()
    for (const victim of before) {
      process.kill(Number(victim), 'SIGKILL')
      await until_it_holds(async () => !(await bothAreTaken()))
      await until_it_holds(bothAreTaken)
    }
    expect(await pids()).toHaveLength(2)
    for (const pid of await pids()) expect(before).not.toContain(pid)
  })

  test('told to stop, it lets its clients leave first, then ends', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    const headers = { authorization: String(alice.headers['authorization']) }
    const { hears, byes, ws, closed } = await an_open_client(serving.url, [], { headers })
    const stopped = serving.stop()
    await hears(1)
    expect(byes()).toEqual([{ type: 'bye', code: 1012, reconnect_ms: 0 }])
    ws.close()
    expect(await closed).toBe(1005)
    await stopped
  })
})
