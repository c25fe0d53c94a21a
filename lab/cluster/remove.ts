/** A node leaves: it hands its data to those who own it next, and is then deleted. */
import { findEngine } from '../../dev/database/cassandra/engine.ts'
import { nodetool } from '../../dev/database/cassandra/nodetool.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { untilAgreed } from './agree.ts'
import { endOn } from './fault.ts'
import { look, type Seen } from './look.ts'
import { forgetMember, writeMember } from './members.ts'
import type { Place } from './place.ts'
import { refuse } from './rules.ts'
import { inTurn } from './turn.ts'

const STILL_AT_IT = /still decommissioning/

/**
 * Resolves when the others know that it has left.
 * @throws Error in the database's words when it may not leave: too few would remain for the replicas, for instance
 */
export const remove = (place: Place, node: number, env: NodeJS.ProcessEnv, say: Say): Promise<void> =>
  inTurn(place, `remove ${node}`, async () => {
    const nodes = await look(place)
    refuse({ action: 'remove', node }, nodes)
    const leaving = nodes.find((one) => one.node === node) as Seen
    const others = nodes.filter((one) => one !== leaving && one.state !== 'unfinished')
    const engine = await findEngine(env, say)
    await writeMember(place, { ...leaving, standing: 'leaving' })
    await progress(
      say,
      `node ${node} leaves (interrupted, it goes on: remove it again)`,
      decommission(place, leaving, () => nodetool(engine, leaving.jmxPort, 'decommission')),
    )
    await endOn(leaving.folder)
    await forgetMember(place, node)
    await untilAgreed(
      place,
      others.filter(({ state }) => state === 'up'),
    )
  })

/** Asked again, the node says that it is still at it, and in the end that it is done. */
const decommission = async (place: Place, leaving: Seen, ask: () => Promise<void>): Promise<void> => {
  try {
    await ask()
  } catch (error) {
    if (STILL_AT_IT.test((error as Error).message)) return decommission(place, leaving, ask)
    await writeMember(place, { ...leaving, standing: 'member' })
    throw error
  }
}
