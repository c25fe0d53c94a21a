/** How instances of `npm run serve` reach each other: PEER_*. */
import { BlockList, isIP } from 'node:net'
import * as z from 'zod'
import { check, type Environment, misconfigured } from './environment.ts'
import { blocks, list } from './fields.ts'

export type PeerConfig = {
  /** The first one seals calls, and any of them opens them. Absent: a random one will do. */
  secrets?: string[]
  /** Where the peer port listens, and where the others find it. */
  host: string
  /** 0: any free one. */
  port: number
  /** The addresses that may be called. */
  allowed: BlockList
}

const LOOPBACK = new BlockList()
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4')
LOOPBACK.addAddress('::1', 'ipv6')

const isSecret = (text: string) => text.length >= 32
const isAddress = (text: string) => isIP(text) > 0 && !['0.0.0.0', '::'].includes(text)

const peerVariables = z.object({
  PEER_SECRET: list
    .refine((all) => all.length > 0 && all.every(isSecret), 'must list secrets of at least 32 characters')
    .optional(),
  PEER_HOST: z
    .string()
    .refine(isAddress, 'must be the IP address at which other instances reach this one')
    .default('127.0.0.1'),
  PEER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  PEER_ALLOW: blocks.default(LOOPBACK),
})

/** @throws Fault `misconfigured` */
export const readPeerConfig = (env: Environment): PeerConfig => {
  const { PEER_SECRET, PEER_HOST, PEER_PORT, PEER_ALLOW } = check(peerVariables, env)
  if (!includes(PEER_ALLOW, PEER_HOST)) throw misconfigured('PEER_ALLOW does not include PEER_HOST')
  if (!PEER_SECRET && !includes(LOOPBACK, PEER_HOST))
    throw misconfigured('PEER_SECRET is not set, and PEER_HOST is not loopback')
  return {
    ...(PEER_SECRET && { secrets: PEER_SECRET }),
    host: PEER_HOST,
    port: PEER_PORT,
    allowed: PEER_ALLOW,
  }
}

const includes = (blocks: BlockList, address: string) =>
  blocks.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
