/** What is kept of each node beside its data: its tokens, and whether it belongs to the ring yet, or still. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { folderOf, nodeOf, type Place } from './place.ts'
import type { Tokens } from './tokens.ts'

export type Member = Tokens & {
  standing: 'joining' | 'member' | 'leaving'
  /** As of its last start. */
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

/** @throws Error when the file of one is not what we write */
export const readMembers = async (place: Place): Promise<Member[]> => {
  const members = await Promise.all((await foldersIn(place)).map((node) => readMember(place, node)))
  return members.filter((member) => member !== undefined)
}

/** In the order of their numbers, whatever is in them. */
export const foldersIn = async ({ directory }: Place): Promise<number[]> =>
  (await readdir(directory).catch(() => []))
    .map(nodeOf)
    .filter((node) => node !== undefined)
    .sort((a, b) => a - b)

/** Whole or not at all, whenever we are interrupted. */
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
