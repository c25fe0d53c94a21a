/** Where a cluster of this machine lives: node n at <block>.n, the same ports at each, a folder for each. */

import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { obstacleAt } from '../../dev/database/cassandra/ports.ts'
import type { Tokens } from './tokens.ts'

export type Place = {
  directory: string
  /** The first three numbers of all addresses, within 127.0.0.0/8. */
  block: string
  /** Clients reach each node through a proxy, which has an address of its own. */
  proxied?: true
}

export const NATIVE_PORT = 9042
export const STORAGE_PORT = 7000
/** A process that changes the ring listens here meanwhile, at the first node's address. */
export const TURN_PORT = 7198
export const DATA_CENTER = 'datacenter1'
const REPLICAS = 3

export const addressOf = ({ block }: Place, node: number): string => `${block}.${node}`
/** Above the numbers of all nodes. */
const FIRST_PROXY = 100
/** The address at which clients reach a node. */
export const announcedOf = (place: Place, node: number): string =>
  place.proxied ? addressOf(place, FIRST_PROXY + node) : addressOf(place, node)
export const folderOf = ({ directory }: Place, node: number): string => join(directory, `node-${node}`)
/** The node of a folder's name; undefined when it is not the folder of a node. */
const nodeOf = (name: string): number | undefined => {
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

export type Member = Tokens & {
  standing: 'joining' | 'member' | 'leaving'
  /** Since its last start. */
  jmxPort: number
}

const FILE = 'member.json'
const MEMBER = z.object({
  tokens: z
    .array(
      z
        .string()
        .regex(/^-?\d+$/)
        .transform(BigInt),
    )
    .min(1),
  standing: z.enum(['joining', 'member', 'leaving']),
  jmxPort: z.int(),
})

/** @throws Error when the file of a node is not as we write it */
export const readMembers = async (place: Place): Promise<Member[]> => {
  const members = await Promise.all((await foldersIn(place)).map((node) => readMember(place, node)))
  return members.filter((member) => member !== undefined)
}

/** By number, whatever the folders contain. */
export const foldersIn = async ({ directory }: Place): Promise<number[]> =>
  (await readdir(directory).catch(() => []))
    .map(nodeOf)
    .filter((node) => node !== undefined)
    .sort((a, b) => a - b)

/** Written atomically: an interruption leaves the old file or the new one. */
export const writeMember = async (
  place: Place,
  { node, tokens, standing, jmxPort }: Member,
): Promise<void> => {
  const file = join(folderOf(place, node), FILE)
  await mkdir(folderOf(place, node), { recursive: true })
  await writeFile(`${file}.new`, JSON.stringify({ tokens: tokens.map(String), standing, jmxPort }))
  await rename(`${file}.new`, file)
}

export const forgetMember = (place: Place, node: number): Promise<void> =>
  rm(folderOf(place, node), { recursive: true, force: true })

const readMember = async (place: Place, node: number): Promise<Member | undefined> => {
  const file = join(folderOf(place, node), FILE)
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : { node, ...parse(text, file) }
}

const parse = (text: string, file: string) => {
  try {
    return MEMBER.parse(JSON.parse(text))
  } catch (cause) {
    throw new Error(`${file} is not what was written there: npm run lab -- cluster down`, { cause })
  }
}

const ATTEMPTS = 20
/** The addresses that can be added by hand on macOS, which has only 127.0.0.1. */
const PLAIN = '127.0.0'

/** The first three numbers of free addresses for that many nodes; the usual ones where no others can be had. */
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
