/** Changes of the ring: nodes are started, join and leave. */
import { type Engine, findEngine } from '../../dev/database/cassandra/engine.ts'
import { startNode } from '../../dev/database/cassandra/node.ts'
import { nodetool } from '../../dev/database/cassandra/nodetool.ts'
import { freePort, obstacleAt } from '../../dev/database/cassandra/ports.ts'
import type { Owned } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { untilAgreed } from './ask.ts'
import { endOn } from './fault.ts'
import {
  addressOf,
  announcedOf,
  folderOf,
  forgetMember,
  type Member,
  NATIVE_PORT,
  type Place,
  readMembers,
  STORAGE_PORT,
  writeMember,
} from './place.ts'
import { refuse } from './rules.ts'
import { look, type Seen } from './status.ts'
import { firstTokens, joiningTokens, type Tokens } from './tokens.ts'
import { inTurn, orUndo } from './turn.ts'

/**
 * A new cluster: the first node alone, then the others at once. Resolves when all nodes answer and know each other. They
 * end with this process, unless they are let go.
 * @throws Error when there is a cluster already, or a node does not start; then nothing is left at the end
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

/**
 * One more node takes its share over from the others. Resolves when it has joined and all nodes know it. It ends with this
 * process, unless it is let go.
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

/**
 * Starts a killed node on its data. Resolves when it answers. It ends with this process, unless it is let go.
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

const STILL_AT_IT = /still decommissioning/

/**
 * A node hands its data to the next owners, and is deleted. Resolves when the others know that it has left.
 * @throws Error in the database's words when it may not leave: too few nodes would remain for the replicas, for instance
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

/** Asked again, the node says that it is still leaving, and in the end that it has left. */
const decommission = async (place: Place, leaving: Seen, ask: () => Promise<void>): Promise<void> => {
  try {
    await ask()
  } catch (error) {
    if (STILL_AT_IT.test((error as Error).message)) return decommission(place, leaving, ask)
    await writeMember(place, { ...leaving, standing: 'member' })
    throw error
  }
}

const LOOPBACK = '127.0.0.1'
const FIRST_JMX_PORT = 7200

/**
 * Resolves when the node answers.
 * @param standing `joining`: it takes its share over from the others first
 * @param known the nodes from which it learns about the ring; a node that is itself among them needs no other
 * @throws Error when its address or one of its ports is taken, and as startNode does
 */
const launch = async (
  place: Place,
  engine: Engine,
  { node, tokens }: Tokens,
  standing: Member['standing'],
  known: number[],
): Promise<Owned> => {
  const address = addressOf(place, node)
  for (const port of [NATIVE_PORT, STORAGE_PORT]) await refuseUnlessFree(address, port)
  const jmxPort = await freePort(LOOPBACK, FIRST_JMX_PORT + node)
  await writeMember(place, { node, tokens, standing, jmxPort })
  const seeds = known.map((one) => addressOf(place, one))
  const ring = { tokens, seeds, joins: standing === 'joining', jmxPort }
  const ports = { nativePort: NATIVE_PORT, storagePort: STORAGE_PORT }
  const announced = place.proxied && { announced: announcedOf(place, node) }
  return startNode({ directory: folderOf(place, node), address, ...announced, ...ports, ring }, engine)
}

/** @throws Error that says what to do about it */
export const refuseUnlessFree = async (address: string, port: number): Promise<void> => {
  const obstacle = await obstacleAt(address, port)
  if (obstacle === 'EADDRNOTAVAIL')
    throw new Error(
      `${address} is no address of this machine; on macOS each one takes: sudo ifconfig lo0 alias ${address}`,
    )
  if (obstacle === 'EADDRINUSE') throw new Error(`${address}:${port} is in use by another process`)
  if (obstacle) throw new Error(`cannot listen on ${address}:${port}: ${obstacle}`)
}
