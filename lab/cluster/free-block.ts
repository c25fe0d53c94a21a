/** Addresses for a cluster beside others on this machine, at which nobody listens. */
import { obstacleAt } from '../../dev/database/cassandra/ports.ts'
import { addressOf, NATIVE_PORT, STORAGE_PORT, TURN_PORT } from './place.ts'

const ATTEMPTS = 20
/** The addresses that a person can add on macOS, which has 127.0.0.1 alone. */
const PLAIN = '127.0.0'

/** The first three numbers of the addresses of that many nodes; where no others can be had, those of everybody. */
export const freeBlock = async (nodes: number): Promise<string> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const block = `127.${anyNumber()}.${anyNumber()}`
    if (await isFree(block, nodes)) return block
  }
  return PLAIN
}

const anyNumber = () => 1 + Math.floor(Math.random() * 254)

const isFree = async (block: string, nodes: number): Promise<boolean> => {
  for (let node = 1; node <= nodes; node += 1)
    for (const port of [NATIVE_PORT, STORAGE_PORT, TURN_PORT])
      if (await obstacleAt(addressOf({ directory: '', block }, node), port)) return false
  return true
}
