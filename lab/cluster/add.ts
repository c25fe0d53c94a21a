/** One more node: it takes its share over from the others, and then answers. */
import { findEngine } from '../../dev/database/cassandra/engine.ts'
import type { Owned } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { untilAgreed } from './agree.ts'
import { launch } from './launch.ts'
import { look } from './look.ts'
import { forgetMember, type Member, readMembers, writeMember } from './members.ts'
import { addressOf, type Place } from './place.ts'
import { refuse } from './rules.ts'
import { joiningTokens } from './tokens.ts'
import { inTurn } from './turn.ts'
import { orUndo } from './undo.ts'

/**
 * Resolves when it has joined and all know it. It ends with this process, unless it is let go.
 * @throws Error when not all nodes are up, or it does not join; then nothing is left of it at the end
 */
export const add = (place: Place, env: NodeJS.ProcessEnv, say: Say): Promise<Owned> =>
  inTurn(place, 'add', async () => {
    const nodes = await look(place)
    refuse({ action: 'add' }, nodes)
    for (const { node } of nodes.filter(({ state }) => state === 'unfinished'))
      await forgetMember(place, node)
    const ring = await readMembers(place)
    const newcomer = { node: firstFree(ring), tokens: joiningTokens(ring) }
    const engine = await findEngine(env, say)
    const forget = () => forgetMember(place, newcomer.node)
    const started = await orUndo(forget, () =>
      progress(
        say,
        `node ${newcomer.node} joins at ${addressOf(place, newcomer.node)}`,
        launch(
          place,
          engine,
          newcomer,
          'joining',
          ring.map(({ node }) => node),
        ),
      ),
    )
    await becomeMember(place, newcomer.node)
    await untilAgreed(place, [...ring, newcomer])
    return started
  })

const firstFree = (ring: Member[]): number => {
  const taken = new Set(ring.map(({ node }) => node))
  let node = 1
  while (taken.has(node)) node++
  return node
}

const becomeMember = async (place: Place, node: number) => {
  const joined = (await readMembers(place)).find((one) => one.node === node) as Member
  await writeMember(place, { ...joined, standing: 'member' })
}
