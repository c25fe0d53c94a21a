import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '../../dev/emulator.ts'
import { type Serving, startServing } from '../../dev/serving.ts'
import * as given from '../sentences/given.ts'
import { pushSentences } from '../sentences/push.ts'
import { a_device_at } from '../world/device.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { handshake_over_http } from '../world/raw-handshake.ts'
import { overHttp, type Service } from '../world/service.ts'

describe('pushes, on a real CQL database,', () => {
  let setting: LocalSetting
  beforeAll(async () => {
    setting = await a_local_setting()
  })
  afterAll(() => setting.remove())
  const variables = () => ({ ...setting.variables, PUSH: 'on' })

  describe('through the emulator:', () => {
    let emulator: Emulator
    let service: Service
    beforeAll(async () => {
      emulator = await startEmulator(variables(), 0, () => undefined)
      service = overHttp(emulator.url)
    }, 120_000)
    afterAll(() => emulator.stop())

    pushSentences(() => ({ service, credentials: setting.credentials, socket: emulator.socket }))

    test('a refusal reads as everywhere else', async () => {
      const { status, headers, text } = await handshake_over_http(emulator.socket)
      expect({ status, type: headers['content-type'] }).toEqual({ status: 401, type: 'application/json' })
      expect(JSON.parse(text)).toMatchObject({ code: 40101, request_id: headers['x-request-id'] })
    })

    test('a frame that is too large ends its connection, and no other', async () => {
      const [alice, bob] = [
        await given.a_stranger(setting.credentials, 'alice'),
        await given.a_stranger(setting.credentials, 'bob'),
      ]
      const connect = a_device_at(emulator.socket)
      const [large, other] = [await connect(alice), await connect(bob)]
      void large.says({ action: 'send', to: bob.id, text: 'x'.repeat(32 * 1024) })
      expect(await large.closed).toBe(1009)
      expect(await other.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
      await other.close()
    })
  })

  describe('through npm run serve:', () => {
    let serving: Serving
    beforeAll(async () => {
      serving = await startServing(variables(), 0, join(setting.directory, 'serve.log'))
    }, 120_000)
    afterAll(() => serving.stop())

    pushSentences(() => ({
      service: overHttp(serving.url),
      credentials: setting.credentials,
      socket: `${serving.url.replace('http', 'ws')}/socket`,
    }))
  })
})
