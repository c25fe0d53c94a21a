/** Loads the real code for simulation, or a mutant: a copy whose text is changed in one rule. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as ending from '../../lib/accounts/end-session.ts'
import type * as refreshing from '../../lib/accounts/refresh.ts'
import type * as tokens from '../../lib/accounts/refresh-token.ts'
import type * as revoking from '../../lib/accounts/revoke.ts'
import type * as memory from '../../lib/buckets/memory.ts'
import type * as history from '../../lib/dialog/history.ts'
import type * as send from '../../lib/dialog/send.ts'
import type * as errors from '../../lib/errors.ts'
import type * as announce from '../../lib/inbox/announce.ts'
import type * as changed from '../../lib/inbox/changed.ts'
import type * as list from '../../lib/inbox/list.ts'
import type * as sessions from '../../lib/model/session.ts'
import type * as client from '../../lib/push/client-rules.ts'
import type * as connecting from '../../lib/push/connect.ts'
import type * as devices from '../../lib/push/devices.ts'
import type * as enlisting from '../../lib/push/enlist.ts'
import type * as pinging from '../../lib/push/ping.ts'
import type * as pushing from '../../lib/push/push-message.ts'
import type * as wire from '../../lib/push/wire.ts'
import type * as withdrawing from '../../lib/push/withdraw.ts'

export type Product = Pick<typeof history, 'listMessages'> &
  Pick<typeof memory, 'emptyBucketMemory'> &
  Pick<typeof send, 'sendMessage'> &
  Pick<typeof announce, 'announce'> &
  Pick<typeof list, 'listDialogs'> &
  Pick<typeof changed, 'listChanged'> &
  Pick<typeof ending, 'endSession'> &
  Pick<typeof refreshing, 'refresh'> &
  Pick<typeof tokens, 'writeRefreshToken'> &
  Pick<typeof sessions, 'sessionIdAt'> &
  Pick<typeof revoking, 'revoke'> &
  Pick<typeof connecting, 'connect' | 'disconnect' | 'knownConnection'> &
  Pick<typeof devices, 'devicesOf' | 'sharedReads'> &
  Pick<typeof enlisting, 'rowSeconds'> &
  Pick<typeof pinging, 'ping' | 'renew'> &
  Pick<typeof pushing, 'sendAndPush'> &
  Pick<typeof withdrawing, 'disconnectWithdrawn' | 'pathOfWithdrawn'> &
  Pick<typeof wire, 'isTooOld'> &
  Pick<typeof client, 'followDialogs'> &
  Pick<typeof errors, 'Fault'>

/** Replaces `is` by `instead` in a file of lib, where it must occur exactly once. */
export type Change = { file: string; is: string; instead: string }

const ROOT = join(import.meta.dirname, '../..')

/** @param changes by default none: the code as it is */
export const loadProduct = async (changes: Change[] = []): Promise<Product> => {
  if (changes.length === 0) return load(join(ROOT, 'lib'))
  const parent = join(ROOT, '.local')
  mkdirSync(parent, { recursive: true })
  const copy = mkdtempSync(join(parent, 'mutant-'))
  try {
    cpSync(join(ROOT, 'lib'), copy, { recursive: true, filter: (path) => !path.endsWith('.test.ts') })
    for (const change of changes) mutate(copy, change)
    return await load(copy)
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

const load = async (lib: string): Promise<Product> => {
  const files = [
    ...['dialog/history.ts', 'buckets/memory.ts', 'dialog/send.ts', 'errors.ts'],
    ...['inbox/announce.ts', 'inbox/list.ts', 'inbox/changed.ts', 'model/session.ts'],
    ...['end-session', 'refresh', 'refresh-token', 'revoke'].map((name) => `accounts/${name}.ts`),
    ...['client-rules', 'connect', 'devices', 'enlist', 'ping', 'push-message', 'withdraw', 'wire'].map(
      (name) => `push/${name}.ts`,
    ),
  ]
  const modules = files.map((file) => import(pathToFileURL(join(lib, file)).href))
  return Object.assign({}, ...(await Promise.all(modules))) as Product
}

const mutate = (lib: string, { file, is, instead }: Change) => {
  const text = readFileSync(join(lib, file), 'utf8')
  if (text.split(is).length !== 2) throw new Error(`lib/${file} must contain exactly once: ${is}`)
  writeFileSync(
    join(lib, file),
    text.replace(is, () => instead),
  )
}
