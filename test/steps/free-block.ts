/** Addresses for a cluster of a test's own, at which nobody listens. */
import { obstacleAt } from '../../scripts/cassandra/ports.ts'
import { addressOf, NATIVE_PORT, STORAGE_PORT, TURN_PORT } from '../../scripts/cluster/place.ts'

const anyOf = (numbers: number) => 1 + Math.floor(Math.random() * numbers)

/** The first three numbers of the addresses of that many nodes. */
export const a_free_block = async (nodes: number): Promise<string> => {
  const block = `127.${anyOf(254)}.${anyOf(254)}`
  for (let node = 1; node <= nodes; node++)
    for (const port of [NATIVE_PORT, STORAGE_PORT, TURN_PORT])
      if (await obstacleAt(addressOf({ directory: '', block }, node), port)) return a_free_block(nodes)
  return block
}
