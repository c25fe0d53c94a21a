import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Emulator, startEmulator } from '../../dev/emulator.ts'
import { a_crowd_talks } from '../sentences/crowd.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { overHttp, type Service } from '../world/service.ts'

describe('over HTTP, through the emulator, on a real CQL database', () => {
  let setting: LocalSetting
  let emulator: Emulator
  let service: Service
  const lines: string[] = []

  beforeAll(async () => {
    setting = await a_local_setting()
    emulator = await startEmulator(setting.variables, 0, (line) => void lines.push(line))
    service = overHttp(emulator.url)
  }, 120_000)
  afterAll(async () => {
    await emulator.stop()
    await setting.remove()
  })

  dialogSentences(() => ({ service, credentials: setting.credentials, firstMessages: 10 }))

  test('invalid input is refused as everywhere else: ids, cursors, numbers, JSON', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    then.it_is_refused(await when.they_list(service, alice, { id: 'a\nb' }), 'bad_id')
    then.it_is_refused(await when.they_list(service, alice, { id: 'x'.repeat(129) }), 'bad_id')
    then.it_is_refused(await when.they_list(service, alice, alice, 'limit=0'), 'out_of_range')
    then.it_is_refused(await when.they_list(service, alice, alice, 'limit=1&limit=2'), 'repeated_parameter')
    then.it_is_refused(await when.they_list(service, alice, alice, 'before=x'), 'bad_cursor')
    const headers = { ...alice.headers, 'content-type': 'application/json', 'x-request-id': 'mine' }
    const reply = await service({ method: 'POST', path: '/dialog/bob/send', headers, body: '{' })
    expect(then.it_is_refused(reply, 'malformed_json').request_id).toBe('mine')
  })

  test('a hundred concurrent strangers are all served, and every acknowledged message is listed once', async () => {
    const replies = await a_crowd_talks(service, setting.credentials)
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
  })

  test('the log has one line for each request, and never a credential', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    await when.they_send(
      service,
      { ...alice, headers: { ...alice.headers, 'x-request-id': 'find-me' } },
      alice,
      'psst',
    )
    const own = lines
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('find-me'))
    expect(own.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        operation: 'sendMessage',
        status: 200,
        in_doubt: false,
        round_trips: expect.any(Number),
      }),
    ])
    expect(lines.join('\n')).not.toContain('psst')
    expect(lines.join('\n')).not.toContain(alice.headers['authorization']?.slice(7))
  })
})
