/** Where a cluster of this machine lives: node n at `<block>.n`, the same ports at each, a folder for each. */
import { join } from 'node:path'

export type Place = {
  directory: string
  /** The first three numbers of all addresses, within 127.0.0.0/8. */
  block: string
  /** Clients reach each node through a proxy, at an address of that one's own. */
  proxied?: true
}

export const NATIVE_PORT = 9042
export const STORAGE_PORT = 7000
/** Whoever changes the ring listens here meanwhile, at the first node's address. */
export const TURN_PORT = 7198
export const DATA_CENTER = 'datacenter1'
const REPLICAS = 3

export const addressOf = ({ block }: Place, node: number): string => `${block}.${node}`
/** Beyond those of all nodes. */
const FIRST_PROXY = 100
/** At which clients reach it. */
export const announcedOf = (place: Place, node: number): string =>
  place.proxied ? addressOf(place, FIRST_PROXY + node) : addressOf(place, node)
export const folderOf = ({ directory }: Place, node: number): string => join(directory, `node-${node}`)
/** Of a folder's name; undefined when it is not a node's. */
export const nodeOf = (name: string): number | undefined => {
  const [, number] = /^node-([1-9]\d?)$/.exec(name) ?? []
  return number ? Number(number) : undefined
}

/** The CQL_* variables that lead to these nodes. */
export const variablesOf = (place: Place, nodes: number[]): Record<string, string> => ({
  CQL_CONTACT_POINTS: nodes.map((node) => announcedOf(place, node)).join(),
  CQL_PORT: String(NATIVE_PORT),
  CQL_LOCAL_DATA_CENTER: DATA_CENTER,
  CQL_REPLICATION: `${DATA_CENTER}:${Math.min(nodes.length, REPLICAS)}`,
})
