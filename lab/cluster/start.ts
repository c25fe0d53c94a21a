/** A node that was killed, started again on the data that it has. */
import { findEngine } from '../../dev/database/cassandra/engine.ts'
import type { Owned } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { launch } from './launch.ts'
import { look, type Seen } from './look.ts'
import type { Place } from './place.ts'
import { refuse } from './rules.ts'
import { inTurn } from './turn.ts'

/**
 * Resolves when it answers. It ends with this process, unless it is let go.
 * @throws Error when it is not down, or does not start
 */
export const start = (place: Place, node: number, env: NodeJS.ProcessEnv, say: Say): Promise<Owned> =>
  inTurn(place, `start ${node}`, async () => {
    const nodes = await look(place)
    refuse({ action: 'start', node }, nodes)
    const again = nodes.find((one) => one.node === node) as Seen
    const engine = await findEngine(env, say)
    const known = nodes.map((one) => one.node)
    return progress(say, `starting node ${node}`, launch(place, engine, again, again.standing, known))
  })
