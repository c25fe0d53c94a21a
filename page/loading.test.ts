import { beforeEach, describe, expect, test } from '@jest/globals'
import { Loading, type Unloaded } from './loading.ts'
import { Refused } from './request.ts'
import { lineOf } from './state.ts'

const settled = () => new Promise((resolve) => setTimeout(resolve))

describe('a dialog that is not loaded yet', () => {
  let asked: string[]
  let waits: { ms: number; work: () => void }[]
  let unloaded: Map<string, Unloaded>
  let answer: () => Promise<void>
  let loading: Loading
  const refuse = (status: number, retryAfterMs = 0) => {
    answer = () => Promise.reject(new Refused(status, 0, 'No such thing', retryAfterMs))
  }
  const elapses = async () => {
    waits.shift()?.work()
    await settled()
  }
  const line = (kind: 'live' | 'polling' | 'connecting') => lineOf({ line: { kind }, unloaded }).kind

  beforeEach(() => {
    ;[asked, waits, unloaded] = [[], [], new Map()]
    refuse(0)
    loading = new Loading({
      load: (person) => {
        asked.push(person)
        return answer()
      },
      random: () => 0.5,
      after: (ms, work) => {
        const wait = { ms, work }
        waits.push(wait)
        return () => {
          waits = waits.filter((one) => one !== wait)
        }
      },
      onChange: (now) => {
        unloaded = now
      },
    })
  })

  test('is tried again by itself until it is loaded, less and less often', async () => {
    await loading.load('bob')
    const first = waits[0]?.ms
    await elapses()
    expect([first, waits.map(({ ms }) => ms), unloaded.get('bob')]).toEqual([500, [1_000], { failures: 2 }])
    answer = async () => undefined
    await elapses()
    expect([asked, waits, [...unloaded]]).toEqual([['bob', 'bob', 'bob'], [], []])
  })

  test('is not asked for earlier by itself than the service wants', async () => {
    refuse(503, 7_000)
    await loading.load('bob')
    expect(waits.map(({ ms }) => ms)).toEqual([7_500])
  })

  test('is tried again at once with the next answer, and when it is opened again', async () => {
    await loading.load('bob')
    await loading.load('carol')
    loading.tryAgain()
    expect(waits).toEqual([])
    await settled()
    expect([asked, waits.length]).toEqual([['bob', 'carol', 'bob', 'carol'], 2])
    answer = async () => undefined
    await loading.load('carol')
    loading.tryAgain()
    await settled()
    expect([asked.slice(4), waits, unloaded.size]).toEqual([['carol', 'bob'], [], 0])
    loading.tryAgain()
    expect(asked).toHaveLength(6)
  })

  test('keeps what is shown from being called live, unless there is no use in trying again', async () => {
    await loading.load('bob')
    expect((['live', 'polling', 'connecting'] as const).map(line)).toEqual(['behind', 'behind', 'connecting'])
    refuse(400)
    await elapses()
    expect([waits, unloaded.get('bob')]).toEqual([[], { failures: 2, refusal: 'No such thing' }])
    expect(line('live')).toBe('live')
  })

  test('is not tried again once its person has signed out', async () => {
    await loading.load('bob')
    const sent = loading.load('carol')
    loading.stop()
    await sent
    expect(waits).toEqual([])
  })
})
