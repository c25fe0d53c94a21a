import { expect, test } from '@jest/globals'
import { gatewayWire } from '../../lib/delivery/gateway.ts'
import type { UserId } from '../../lib/model/ids.ts'
import { an_odd_server, ODD_ANSWERS, ODD_BODIES } from '../fakes/odd-answers.ts'
import { a_device, a_wire } from '../world/peers-served.ts'
import { TWO_DEADLINES_MS, timed } from '../world/until.ts'

const TYPING = { type: 'typing', from: 'bob' as UserId, to: 'alice' as UserId } as const
const BOOT = 'aaaaaaaaaaaaaaaaaaaaaa'
/** More than there are connections to an instance. */
const CALLS = 40
const env = { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_REGION: 'c' }

test.each([...ODD_ANSWERS, ...ODD_BODIES])(
  'calls to an instance end in time if what answers in its place %s',
  async (_, answer) => {
    for (const ends of [true, false]) {
      const server = await an_odd_server(answer, ends)
      const { post } = a_wire()
      const device = a_device(`${server.url}/${BOOT}`)
      const calls = Array.from({ length: CALLS }, () => post(device, TYPING, Date.now()))
      const { result, tookMs } = await timed(Promise.all(calls))
      expect(new Set(result)).toEqual(new Set(['unreachable']))
      expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
      await server.close()
    }
  },
)

test.each(ODD_ANSWERS)('a call to a gateway ends in time if it %s', async (_, answer) => {
  for (const ends of [true, false]) {
    const { url: endpoint, close } = await an_odd_server(answer, ends)
    const warnings: unknown[] = []
    const log = { warn: (fact: unknown) => void warnings.push(fact) }
    const call = gatewayWire({ endpoint, env, log }).post(a_device(endpoint), TYPING, Date.now())
    const { result, tookMs } = await timed(call)
    expect([result, warnings.length]).toEqual(['unreachable', 1])
    expect(tookMs).toBeLessThan(TWO_DEADLINES_MS)
    await close()
  }
})
