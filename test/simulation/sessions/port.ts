/** The port of sessions on the simulated table, for one request: each function is one statement with three outcomes. */
import type { Sessions } from '../../../lib/accounts/refresh.ts'
import type { Outcome } from './table.ts'
import type { World } from './world.ts'

type Caller = { name: string; pause: () => Promise<void>; timeoutMs: () => number }

export const portOf = (world: World, { name, pause, timeoutMs }: Caller): Sessions => {
  const { table, product, trace } = world
  const timeout = async () => {
    await pause()
    const ms = timeoutMs()
    if (ms <= 0) throw new product.Fault('database_unavailable', 'no time left')
    return ms
  }
  const written = async (what: string, statement: (timeoutMs: number) => Promise<Outcome>) => {
    const outcome = await statement(await timeout())
    trace(`${name} ${what}: ${outcome}`)
    await pause()
    if (outcome === 'not written') throw new product.Fault('database_unavailable', outcome)
    if (outcome === 'in doubt') throw new product.Fault('write_in_doubt', outcome)
    return outcome === 'done'
  }
  return {
    readSession: async () => {
      const answer = await table.read(await timeout())
      await pause()
      if (!answer) throw new product.Fault('database_unavailable', 'no answer')
      return answer.row
    },
    rotateSession: (_user, _session, generation, next) =>
      written(`rotates ${generation} to ${next.generation}`, (ms) =>
        table.change((row) => (!world.isConditional || row?.generation === generation ? next : 'stay'), ms),
      ),
    endSession: async () => {
      await written('ends it', (ms) => table.change((row) => (row ? 'removed' : 'stay'), ms))
    },
    withdraw: async () => {
      await written('withdraws it', (ms) => table.withdraw(ms))
    },
  }
}
