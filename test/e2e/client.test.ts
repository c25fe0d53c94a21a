import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type Serving, startServing } from '../../dev/serving.ts'
import { type Dialog, type Message, openClient } from '../../examples/client.ts'
import { live } from '../../examples/live.ts'
import { a_silent_proxy } from '../fakes/silent-proxy.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { overHttp } from '../world/service.ts'

/** It waits for six seconds: a shorter time shows the same, unless this machine is too busy to reply, and then it repeats. */
const REPLY_MS = 2_000

const tokenOf =
  ({ headers }: given.Person) =>
  () =>
    String(headers['authorization']).slice(7)

describe('the client of examples/, with a service whose replies get lost,', () => {
  let setting: LocalSetting
  let serving: Serving
  let proxy: Awaited<ReturnType<typeof a_silent_proxy>>
  let alice: given.Person
  let bob: given.Person

  beforeAll(async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal)
    jest.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(Math.min(ms, REPLY_MS)))
    setting = await a_local_setting()
    serving = await startServing(setting.variables, 0, join(setting.directory, 'log'))
    proxy = await a_silent_proxy(Number(new URL(serving.url).port))
  }, 120_000)
  afterAll(async () => {
    jest.restoreAllMocks()
    await proxy.close()
    await serving.stop()
    await setting.remove()
  })
  beforeEach(async () => {
    alice = await given.a_stranger(setting.credentials, 'alice')
    bob = await given.a_stranger(setting.credentials, 'bob')
  })

  const clientOf = (person: given.Person, patienceMs?: number) =>
    openClient(`http://127.0.0.1:${proxy.port}`, tokenOf(person), patienceMs)
  /** The next messages as they arrive. */
  const next = async (messages: AsyncGenerator<Message>, count: number) => {
    const read: Message[] = []
    while (read.length < count) read.push((await messages.next()).value)
    return read
  }

  test('sends a message once even if its reply is lost, and learns its id', async () => {
    proxy.swallowReplyTo('lost', 1)
    const sent = await clientOf(alice).send(bob.id, 'lost')
    expect(proxy.swallowsLeft()).toBe(0)
    const [held] = await then.the_dialog_holds(overHttp(serving.url), alice, bob, ['lost'])
    expect(held).toEqual(sent)
  })

  test('lists dialogs with what is unread, and marks them as read', async () => {
    await clientOf(alice).send(bob.id, 'one')
    const last = await clientOf(alice).send(bob.id, 'two')
    const dialogs = async () => {
      const all: Dialog[] = []
      for await (const dialog of clientOf(bob).dialogs()) all.push(dialog)
      return all
    }
    expect(await dialogs()).toEqual([{ with: alice.id, last, unread: 2, more_unread: false }])
    await clientOf(bob).markRead(alice.id, last.id)
    expect(await dialogs()).toMatchObject([{ unread: 0, read_up_to: last.id }])
  })

  test('gives up with an error that names the key with which the message can be sent again later', async () => {
    proxy.swallowReplyTo('given up', 1)
    const attempt = clientOf(alice, 0).send(bob.id, 'given up')
    await expect(attempt).rejects.toThrow(
      /^gave up after attempt 1 to send to bob-\S+ with key \S+: no reply, .*timeout/,
    )
    const words: string = await attempt.then(
      () => '',
      ({ message }) => message,
    )
    const [, key = ''] = / key (\S+):/.exec(words) ?? []
    const { text } = await clientOf(alice).send(bob.id, 'given up', key)
    expect(text).toBe('given up')
    await then.the_dialog_holds(overHttp(serving.url), alice, bob, ['given up'])
  })

  test('does not repeat a request that is refused for good', async () => {
    const { id } = await clientOf(alice).send(bob.id, 'one', 'k')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    await expect(clientOf(alice).send(bob.id, 'another', 'k')).rejects.toThrow(
      /^attempt 1 to send to .*: 422 .*42201/,
    )
    await expect(openClient(serving.url, () => 'nobody').send(bob.id, 'one')).rejects.toThrow(/: 401 /)
  })

  test('waits as long as Retry-After asks', async () => {
    const cameMs: number[] = []
    const busy = createServer((_, reply) => {
      cameMs.push(performance.now())
      const [status, seconds] = [[429, '1'], [503, '2'], [200]][cameMs.length - 1] as [number, string?]
      reply.writeHead(status, { 'retry-after': seconds ?? '' }).end('{"id":"sent"}')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => busy.once('listening', resolve))
    const url = `http://127.0.0.1:${(busy.address() as AddressInfo).port}`
    expect(await openClient(url, () => 'token').send('bob', 'patiently')).toEqual({ id: 'sent' })
    const [first = 0, second = 0, third = 0] = cameMs
    // Two clocks are compared, and timers round down: a client that does not wait comes back within 400 ms.
    expect(second - first).toBeGreaterThan(950)
    expect(third - second).toBeGreaterThan(1_950)
    await new Promise((resolve) => busy.close(resolve))
  })

  test('reads every message once, over pages and lost replies, and then each new one', async () => {
    const count = 250
    const texts = Array.from({ length: count }, (_, number) => `message ${number}`)
    for (const text of texts) await clientOf(alice).send(bob.id, text)
    const messages = clientOf(bob).follow(alice.id)
    const read = await next(messages, count)
    expect(read.map(({ text }) => text)).toEqual(texts)
    proxy.swallowReplyTo('list?after=', 1)
    for (const text of ['one more', 'and one'])
      expect(await Promise.all([clientOf(alice).send(bob.id, text), next(messages, 1)])).toEqual([
        expect.objectContaining({ text }),
        [expect.objectContaining({ text })],
      ])
    expect(proxy.swallowsLeft()).toBe(0)
    await messages.return(undefined)
  })
})

describe('the client of examples/, whose instance is killed while it listens,', () => {
  let setting: LocalSetting
  let front: Awaited<ReturnType<typeof a_silent_proxy>>
  const instances: Serving[] = []
  const start = async () => {
    const variables = { ...setting.variables, PUSH: 'on', PEER_SECRET: 'secret of this test '.repeat(2) }
    const log = join(setting.directory, `log-${instances.length}`)
    instances.push(await startServing(variables, 0, log))
    return instances.at(-1) as Serving
  }

  beforeAll(async () => {
    setting = await a_local_setting()
  }, 120_000)
  afterAll(async () => {
    await front.close()
    await Promise.all(instances.map((instance) => instance.stop()))
    await setting.remove()
  })

  test('hears every acknowledged message once, over another instance', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    const bob = await given.a_stranger(setting.credentials, 'bob')
    const [doomed, other] = [await start(), await start()]
    const portOf = ({ url }: Serving) => Number(new URL(url).port)
    const sender = openClient(other.url, tokenOf(alice))
    front = await a_silent_proxy(portOf(doomed))
    const heard: Message[] = []
    let look = () => {}
    const messages = live(`http://127.0.0.1:${front.port}`, tokenOf(bob))
    const listening = (async () => {
      for await (const message of messages) {
        heard.push(message)
        look()
        if (message.text === 'last') return
      }
    })()
    const hears = (count: number) =>
      new Promise<void>((resolve) => {
        look = () => void (heard.length >= count && resolve())
        look()
      })
    const sent = [await sender.send(bob.id, 'before it listens')]
    await hears(1)
    for (let number = 0; number < 60; number += 1) {
      sent.push(await sender.send(bob.id, `message ${number}`))
      if (number === 10) await hears(number)
      if (number !== 20) continue
      doomed.child.kill('SIGKILL')
      front.leadTo(portOf(other))
    }
    await hears(sent.length)
    // Pushed, not caught up with: this comes over the new connection.
    sent.push(await sender.send(bob.id, 'last'))
    await listening
    expect(heard.toSorted((one, two) => (one.id < two.id ? -1 : 1))).toEqual(sent)
    expect(heard.filter(({ text }) => text === 'last')).toHaveLength(1)
  }, 120_000)
})
