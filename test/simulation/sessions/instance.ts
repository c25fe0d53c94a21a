/** Instances of the service: their clocks, freezes and deaths, and how long a request may take. */
import { MAX_CLOCK_SKEW_MS } from '../check.ts'
import { portOf } from './port.ts'
import type { Instance, Reply, World } from './world.ts'

const DEADLINE_MS = 4_500
const STATEMENT_MS = 1_500
const CONNECTION_LOST_MS = 6_000
/** Of one request. */
const MAX_FREEZE_MS = 6_000

/** Clocks are this close to true time, and therefore twice that close to each other. */
const offset = ({ random }: World) => random.between(-MAX_CLOCK_SKEW_MS / 2, MAX_CLOCK_SKEW_MS / 2)

export const startInstance = (world: World, name: string): Instance => {
  const { time, random, trace } = world
  let offsetMs = offset(world)
  const now = () => time.now() + offsetMs
  const stepped = () => {
    if (random.chance(world.faults.stepped)) offsetMs = offset(world)
  }
  /** If the instance dies, the caller sees its connection lost; what was sent to the database still takes effect. */
  const serve: Instance['serve'] = (work) =>
    new Promise((resolve) => {
      const beganMs = time.now()
      const died = time.once(resolve)({ failed: true })
      let frozenMs = 0
      const pause = async () => {
        stepped()
        if (random.chance(world.faults.dead)) {
          trace(`${name} dies`)
          time.at(time.now() + CONNECTION_LOST_MS, died)
          await new Promise(() => undefined)
        }
        if (frozenMs > 0 || !random.chance(world.faults.frozen)) return
        frozenMs = random.between(300, MAX_FREEZE_MS)
        await time.sleep(frozenMs)
      }
      const timeoutMs = () => Math.min(STATEMENT_MS, DEADLINE_MS + frozenMs - (time.now() - beganMs))
      work({ store: portOf(world, { name, pause, timeoutMs }), now }).then(
        (result) => resolve({ result }),
        (error) => resolve(replyTo(error, world)),
      )
    })
  return { name, serve }
}

/** By its kind, since a mutant has a class of its own. */
const replyTo = (error: { kind?: string; stack?: string }, { complaints }: World): Reply<never> => {
  if (!error.kind) complaints.push(`failed with ${error.stack}`)
  return error.kind === 'unauthorized' ? { refused: true } : { failed: true }
}
