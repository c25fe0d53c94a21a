/** Starts a node of a cluster where it belongs, new or with the data that it has. */
import type { Engine } from '../../dev/database/cassandra/engine.ts'
import { startNode } from '../../dev/database/cassandra/node.ts'
import { freePort, obstacleAt } from '../../dev/database/cassandra/ports.ts'
import type { Owned } from '../../dev/process.ts'
import { type Member, writeMember } from './members.ts'
import { addressOf, announcedOf, folderOf, NATIVE_PORT, type Place, STORAGE_PORT } from './place.ts'
import type { Tokens } from './tokens.ts'

const LOOPBACK = '127.0.0.1'
const FIRST_JMX_PORT = 7200

/**
 * Resolves when it answers.
 * @param standing `joining`: it takes its share over from the others first
 * @param known the nodes to learn about the ring from; a node that is among them itself needs no other one
 * @throws Error when its address or a port there cannot be had, and as startNode does
 */
export const launch = async (
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
