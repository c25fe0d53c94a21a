/** What people are told while they are connected, whatever runs the functions. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { a_device_at, type Connected } from '../world/device.ts'
import type { Service } from '../world/service.ts'
import * as given from './given.ts'
import * as then from './then.ts'
import * as when from './when.ts'

type Setting = { service: Service; credentials: given.Credentials; socket: string }

export const pushSentences = (setting: () => Setting): void => {
  describe('two people who are connected', () => {
    let { service, credentials, socket } = {} as Setting
    let [alice, bob] = [] as unknown as [given.Person, given.Person]
    let devices: Connected[]

    const connected = async (person: given.Person): Promise<Connected> => {
      const device = await a_device_at(socket)(person)
      devices.push(device)
      return device
    }
    /** Connected, and pushed to. */
    const listening = async (person: given.Person): Promise<Connected> => {
      const device = await connected(person)
      expect(await device.says({ action: 'ping' })).toMatchObject({ type: 'pong', behind: true })
      return device
    }

    beforeEach(async () => {
      ;({ service, credentials, socket } = setting())
      alice = await given.a_stranger(credentials, 'alice')
      bob = await given.a_stranger(credentials, 'bob')
      devices = []
    })
    afterEach(() => Promise.all(devices.map((device) => device.close())))

    test('hear what one of them sends over HTTP, on all devices of both, and the key only on those of the sender', async () => {
      const [phone, desktop, other] = [await listening(alice), await listening(alice), await listening(bob)]
      const sent = then.it_succeeds(await when.they_send(service, alice, bob, 'Hello, Bob!', '"one"'))
      expect(await other.hears('message')).toEqual({ type: 'message', message: sent })
      for (const device of [phone, desktop])
        expect(await device.hears('message')).toEqual({ type: 'message', message: sent, key: 'one' })
    })

    test('send over the connection, once for each key, and list it over HTTP', async () => {
      const [own, other] = [await listening(alice), await listening(bob)]
      const frame = { action: 'send', to: bob.id, text: 'Привет!', key: 'two' }
      const { message } = await own.says(frame)
      expect(message).toMatchObject({ from: alice.id, to: bob.id, text: 'Привет!' })
      expect(await other.hears('message')).toEqual({ type: 'message', message })
      expect(await own.says(frame)).toMatchObject({ type: 'ack', message })
      expect(await then.the_dialog_holds(service, alice, bob, ['Привет!'])).toEqual([message])
    })

    test('see each other type, and how far the other has read', async () => {
      const [own, other] = [await listening(alice), await listening(bob)]
      const sent = await own.says({ action: 'send', to: bob.id, text: 'Did you see this?' })
      const { id } = sent['message'] as when.SentMessage
      expect(await other.says({ action: 'typing', to: alice.id })).toMatchObject({ type: 'ack' })
      expect(await own.hears('typing')).toEqual({ type: 'typing', from: bob.id, to: alice.id })
      expect(await other.says({ action: 'read', with: alice.id, up_to: id })).toMatchObject({ type: 'ack' })
      expect(await own.hears('read')).toEqual({ type: 'read', by: bob.id, with: alice.id, up_to: id })
    })

    test('are told what is wrong with a frame, whatever function it tries to name, and stay connected', async () => {
      const own = await listening(alice)
      for (const action of ['$disconnect', '$connect', '$default', 'sned'])
        expect(await own.says({ action })).toMatchObject({ type: 'error', code: 40002 })
      expect(await own.says({ action: 'send', to: bob.id, text: '' })).toMatchObject({ code: 40002 })
      const { now } = await own.says({ action: 'ping' })
      expect(await own.says({ action: 'ping', since: now })).toMatchObject({ type: 'pong' })
    })

    test('hear nothing of others, nor anything once they have left', async () => {
      const eve = await given.a_stranger(credentials, 'eve')
      const [stranger, leaver, other] = [await listening(eve), await listening(alice), await listening(bob)]
      await leaver.close()
      then.it_succeeds(await when.they_send(service, bob, alice, 'Still there?'))
      await other.hears('message')
      expect(await stranger.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
      expect([stranger, leaver].flatMap(({ heard }) => heard.map(({ type }) => type))).toEqual([
        'pong',
        'pong',
        'pong',
      ])
    })

    test('are answered with the subprotocol; whoever has no valid token is refused', async () => {
      expect((await connected(alice)).protocol).toBe('dialogs.v1')
      const nobody = { ...alice, headers: { authorization: 'Bearer not.a.token' } }
      await expect(connected(nobody)).rejects.toThrow('refused')
    })
  })
}
