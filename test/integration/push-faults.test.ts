import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Serving, startServing } from '../../dev/serving.ts'
import { type Message, openClient } from '../../examples/client.ts'
import { live } from '../../examples/live.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_device_at, type Connected, type Heard } from '../world/device.ts'
import { a_place_to_serve, authVariables } from '../world/keyspace.ts'
import { a_secured_node } from '../world/secured-node.ts'
import { overHttp } from '../world/service.ts'
import { until } from '../world/until.ts'

/** How long after a withdrawal a device of that token may still be told something. */
const WITHDRAWN_MS = 6_000
const PAUSE_MS = 20

describe('pushes by npm run serve in two instances, on a real database', () => {
  let directory: string
  let node: Awaited<ReturnType<typeof a_secured_node>>
  let provider: Awaited<ReturnType<typeof given.an_identity_provider>>
  let instances: Serving[]
  let [here, there] = [] as unknown as [Serving, Serving]

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-push-faults-'))
    ;[node, provider] = await Promise.all([a_secured_node(), given.an_identity_provider()])
    const rules = { WITHDRAWAL: 'on', PUSH: 'on', PEER_SECRET: 'a secret of this test '.repeat(2) }
    const { variables } = await a_place_to_serve({ ...node.variables, ...authVariables(provider), ...rules })
    instances = await Promise.all(
      ['here', 'there'].map((name) => startServing(variables, 0, join(directory, `${name}.log`))),
    )
    ;[here, there] = instances as [Serving, Serving]
  }, 120_000)
  afterAll(async () => {
    for (const { child } of instances) child.kill('SIGCONT')
    await Promise.all(instances.map((instance) => instance.stop()))
    await node.remove()
    await rm(directory, { recursive: true, force: true })
  })

  const somebody = async (name: string, lifeSeconds = 600): Promise<given.Person & { token: string }> => {
    const id = `${name}-${randomUUID()}`
    const iat = Math.floor(Date.now() / 1000)
    const token = await provider.sign({ sub: id, iat, exp: iat + lifeSeconds, jti: randomUUID() })
    return { id, token, headers: { authorization: `Bearer ${token}` } }
  }
  /** Connected, and pushed to. */
  const listening = async ({ url }: Serving, person: given.Person) => {
    const device = await a_device_at(`${url.replace('http', 'ws')}/socket`)(person)
    expect(await device.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
    return device
  }
  /** Somebody writes to somebody else, again and again, over `there`. */
  const torrent = (from: given.Person, to: given.Person) => {
    let isOver = false
    const sent: { message: when.SentMessage; beganAt: number }[] = []
    const write = async () => {
      while (!isOver) {
        const beganAt = performance.now()
        const message = then.it_succeeds(
          await when.they_send(overHttp(there.url), from, to, `${sent.length}`),
        )
        sent.push({ message: message as when.SentMessage, beganAt })
        await sleep(PAUSE_MS)
      }
    }
    const written = write()
    return {
      sent,
      stop: async () => {
        isOver = true
        await written
      },
    }
  }
  const idsOf = (heard: Heard[]) =>
    heard.filter(({ type }) => type === 'message').map((frame) => (frame['message'] as Message).id)
  /** Of what is sent after a moment, `other` is told, since pushes may be lost but not all of them, and `refused` nothing. */
  const only_one_hears = async (
    [refused, other]: [Connected, Connected],
    { sent, stop }: ReturnType<typeof torrent>,
    since: number,
  ) => {
    const late = () => sent.filter(({ beganAt }) => beganAt > since).map(({ message }) => message.id)
    await until('more is sent', () => late().length >= 20)
    await stop()
    await until('one of them is heard', () => late().some((id) => idsOf(other.heard).includes(id)))
    expect(idsOf(refused.heard).filter((id) => late().includes(id))).toEqual([])
    expect(idsOf(refused.heard).length).toBeGreaterThan(0)
  }

  test('a token that expires in the midst of pushes ends these, and, with the next frame, its connection', async () => {
    const alice = await somebody('alice')
    const bob = await somebody('bob', 5)
    const [expiring, other] = [await listening(here, bob), await listening(here, alice)]
    const pong = await expiring.says({ action: 'ping' })
    const expiresInMs = Date.parse(String(pong['expires_at'])) - Date.now()
    expect(expiresInMs).toBeLessThan(5_001)
    const expiresAt = performance.now() + expiresInMs
    await only_one_hears([expiring, other], torrent(alice, bob), expiresAt)
    void expiring.says({ action: 'ping' })
    expect(await expiring.hears('bye')).toMatchObject({ code: 4401 })
    expect(await expiring.closed).toBe(4401)
    await other.close()
  }, 120_000)

  test('a token that is withdrawn in the midst of pushes ends these, and its connection', async () => {
    const [alice, bob] = [await somebody('alice'), await somebody('bob')]
    const [withdrawn, other] = [await listening(here, bob), await listening(here, alice)]
    const pushes = torrent(alice, bob)
    await withdrawn.hears('message')
    then.it_is_done(await when.they_revoke(overHttp(there.url), bob))
    await only_one_hears([withdrawn, other], pushes, performance.now() + WITHDRAWN_MS)
    expect(await withdrawn.hears('bye')).toMatchObject({ code: 4401 })
    expect(await withdrawn.closed).toBe(4401)
    await other.close()
  }, 120_000)

  test('a device whose token is withdrawn while its instance hangs hears nothing that is sent later, once that goes on', async () => {
    const [alice, bob] = [await somebody('alice'), await somebody('bob')]
    const [withdrawn, other] = [await listening(here, bob), await listening(there, alice)]
    const pushes = torrent(alice, bob)
    await withdrawn.hears('message')
    here.child.kill('SIGSTOP')
    then.it_is_done(await when.they_revoke(overHttp(there.url), bob))
    const since = performance.now() + WITHDRAWN_MS
    const goOn = sleep(WITHDRAWN_MS / 2).then(() => here.child.kill('SIGCONT'))
    await only_one_hears([withdrawn, other], pushes, since)
    await goOn
    // Unless it has been closed by now.
    void withdrawn.says({ action: 'ping' })
    expect(await withdrawn.closed).toBe(4401)
    await other.close()
  }, 120_000)

  test('while the database is down, connections stay, and when it is back, everything acknowledged has been heard once', async () => {
    const [alice, bob] = [await somebody('alice'), await somebody('bob')]
    const staying = await listening(here, bob)
    const heard: Message[] = []
    const messages = live(here.url, () => bob.token)
    const listened = (async () => {
      for await (const message of messages) {
        heard.push(message)
        if (message.text === 'last') return
      }
    })()
    const sender = openClient(there.url, () => alice.token, 120_000)
    const sent = [await sender.send(bob.id, 'first')]
    let isKilled = false
    const writing = (async () => {
      for (let number = 0; !isKilled || number < 40; number += 1) {
        sent.push(await sender.send(bob.id, `message ${number}`))
        await sleep(PAUSE_MS)
      }
    })()
    await until('several are heard', () => heard.length > 5)
    await node.kill()
    isKilled = true
    expect(await staying.says({ action: 'ping' })).toMatchObject({ type: 'error', code: 50301 })
    await node.startAgain()
    await writing
    await until('all of it is heard', () => heard.length === sent.length)
    sent.push(await sender.send(bob.id, 'last'))
    await listened
    expect(heard.toSorted((one, two) => (one.id < two.id ? -1 : 1))).toEqual(sent)
    expect(await staying.says({ action: 'ping' })).toMatchObject({ type: 'pong' })
    await staying.close()
  }, 240_000)
})
