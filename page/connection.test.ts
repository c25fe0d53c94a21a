import { beforeEach, describe, expect, test } from '@jest/globals'
import { Connection, type LineState } from './connection.ts'

const PONG = {
  type: 'pong',
  now: '2026-01-01T00:00:00.000Z',
  behind: false,
  expires_at: '2026-01-01T01:00:00.000Z',
}
const settled = () => new Promise((resolve) => setTimeout(resolve))

class FakeLink {
  readyState = 0
  onopen: (() => void) | null = null
  onclose: (() => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null
  readonly said: Record<string, unknown>[] = []
  readonly protocols: string[]
  constructor(protocols: string[]) {
    this.protocols = protocols
  }
  send(text: unknown) {
    this.said.push(JSON.parse(String(text)))
  }
  close() {
    this.readyState = 3
  }
  opens() {
    this.readyState = 1
    this.onopen?.()
  }
  says(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  ends() {
    this.readyState = 3
    this.onclose?.()
  }
}

describe('a connection', () => {
  let links: FakeLink[]
  let states: LineState[]
  let timers: { ms: number; work: () => void }[]
  let done: string[]
  let token: string
  let catchUp: () => Promise<void>
  let connection: Connection
  const last = () => links.at(-1) as FakeLink
  const elapses = async (ms: number) => {
    const timer = timers.find((one) => one.ms === ms)
    timers = timers.filter((one) => one !== timer)
    timer?.work()
    await settled()
  }
  const is_live = async () => {
    last().opens()
    last().says({ ...PONG, ping_seconds: 30, reconnect_ms: 0 })
    await settled()
  }

  beforeEach(async () => {
    ;[links, states, timers, done, token] = [[], [], [], [], 'first']
    catchUp = async () => undefined
    connection = new Connection({
      open: (protocols) => {
        links.push(new FakeLink(protocols))
        return last()
      },
      random: () => 0.5,
      after: (ms, work) => {
        const timer = { ms, work }
        timers.push(timer)
        return () => {
          timers = timers.filter((one) => one !== timer)
        }
      },
      sinceMs: () => 1_000,
      token: () => token,
      prove: async () => void done.push('prove'),
      renew: async () => {
        done.push('renew')
        token = 'second'
      },
      onPong: () => catchUp(),
      onFrame: ({ type }) => void done.push(type),
      onState: (state) => void states.push(state),
    })
    await connection.connect()
  })

  test('has its token as a subprotocol, and tells first since when it knows everything', async () => {
    expect(last().protocols).toEqual(['dialogs.v1', 'bearer.first'])
    await is_live()
    expect(last().said).toEqual([{ action: 'ping', since: '1970-01-01T00:00:01.000Z' }])
    expect(states).toEqual(['connecting', 'live'])
  })

  test('is not live before it has caught up', async () => {
    catchUp = () => Promise.reject(new Error('down'))
    await is_live()
    expect(states).not.toContain('live')
    catchUp = async () => undefined
    await elapses(10_000)
    last().says({ ...PONG, ping_seconds: 30, reconnect_ms: 0 })
    await settled()
    expect(states.at(-1)).toBe('live')
  })

  test('is not live any more when a later catch-up fails', async () => {
    await is_live()
    catchUp = () => Promise.reject(new Error('down'))
    last().says({ ...PONG, ping_seconds: 30, reconnect_ms: 0 })
    await settled()
    expect(states).toEqual(['connecting', 'live', 'connecting'])
  })

  test('is taken for dead when a ping is not answered, and opened again', async () => {
    await is_live()
    await elapses(30_000)
    expect(last().said).toHaveLength(2)
    await elapses(10_000)
    expect(states.at(-1)).toBe('closed')
    await elapses(500)
    expect(links).toHaveLength(2)
    await is_live()
    expect(states.at(-1)).toBe('live')
  })

  test('asks over HTTP about its token after a failed handshake, and waits longer each time', async () => {
    last().ends()
    await elapses(500)
    expect([done, links.length]).toEqual([['prove'], 2])
    last().ends()
    await elapses(1_000)
    last().ends()
    await elapses(2_000)
    expect(links).toHaveLength(4)
  })

  test('is renewed a minute before its token expires', async () => {
    await is_live()
    await elapses(59 * 60_000)
    expect(done).toEqual(['renew'])
    expect(last().said.at(-1)).toEqual({ action: 'auth', token: 'second', since: '1970-01-01T00:00:01.000Z' })
    expect(links).toHaveLength(1)
  })

  test('gets a new token when it is told that its own is not valid any more', async () => {
    await is_live()
    last().says({ type: 'bye', code: 4401, reconnect_ms: 0 })
    await elapses(500)
    expect([done, last().protocols]).toEqual([['renew'], ['dialogs.v1', 'bearer.second']])
  })

  test('has a successor before an instance that restarts ends it, and hears both meanwhile', async () => {
    await is_live()
    const [old] = links as [FakeLink]
    old.says({ type: 'bye', code: 1012, reconnect_ms: 700 })
    await elapses(700)
    old.says({ type: 'typing', from: 'bob', to: 'alice' })
    expect([old.readyState, done]).toEqual([1, ['typing']])
    await is_live()
    expect(old.readyState).toBe(3)
    expect(states).not.toContain('closed')
  })

  test('stays closed when the person has too many, until they ask for it', async () => {
    await is_live()
    last().says({ type: 'bye', code: 4408, reconnect_ms: 0 })
    await settled()
    expect([states.at(-1), timers, last().readyState]).toEqual(['displaced', [], 3])
    connection.nudge()
    expect(links).toHaveLength(1)
    await connection.connect()
    expect(links).toHaveLength(2)
  })
})
