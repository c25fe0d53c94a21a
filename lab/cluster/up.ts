/** A new cluster: the first node alone, then the others at once. */
import { findEngine } from '../../dev/database/cassandra/engine.ts'
import type { Owned } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { untilAgreed } from './agree.ts'
import { launch } from './launch.ts'
import { look } from './look.ts'
import { forgetMember } from './members.ts'
import type { Place } from './place.ts'
import { refuse } from './rules.ts'
import { firstTokens, type Tokens } from './tokens.ts'
import { inTurn } from './turn.ts'
import { orUndo } from './undo.ts'

/**
 * Resolves when all nodes answer and know each other. They end with this process, unless they are let go.
 * @throws Error when there is a cluster already, or a node does not start; then nothing is left of it at the end
 */
export const up = (place: Place, nodes: number, env: NodeJS.ProcessEnv, say: Say): Promise<Owned[]> =>
  inTurn(place, `up ${nodes}`, async () => {
    refuse({ action: 'up', nodes }, await look(place))
    const engine = await findEngine(env, say)
    const ring = firstTokens(nodes)
    const all = ring.map(({ node }) => node)
    const begin = (nodes: Tokens[]) =>
      progress(
        say,
        `starting node ${nodes.map(({ node }) => node).join(', ')}`,
        Promise.all(nodes.map((one) => launch(place, engine, one, 'member', all))),
      )
    const forgetAll = async () => {
      for (const node of all) await forgetMember(place, node)
    }
    return orUndo(forgetAll, async () => {
      const started = [await begin(ring.slice(0, 1))]
      if (nodes > 1) started.push(await begin(ring.slice(1)))
      await untilAgreed(place, ring)
      return started.flat()
    })
  })
