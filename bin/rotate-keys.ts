/** `npm run rotate-keys -- <file>`: adds new keys to the private key set in a file, and drops those that have served. */
import { open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeySet } from '../lib/accounts/keys.ts'
import { generateKeys, rotated } from '../lib/accounts/rotation.ts'
import { parseKeySet } from '../lib/config/key-set.ts'
import { fail } from './fail.ts'

/** @throws Error for a person; the file is then as it was */
export const rotateKeys = async (args: string[], say: (line: string) => void, nowMs: () => number) => {
  const [name, ...others] = args
  if (!name || others.length > 0) throw new Error('usage: npm run rotate-keys -- <file>')
  // The file itself, if this is a link to it.
  const file = await realpath(name).catch(() => name)
  const { isNew, keySet, signsFrom, dropped } = await replace(file, async () => {
    const old = await read(file)
    return { isNew: !old, ...rotated(old, generateKeys(), nowMs() / 1000) }
  })
  await sync(dirname(file))
  const added = keySet.keys.slice(-2).map(({ alg, kid }) => `${kid} (${alg})`)
  say(`${file}: ${isNew ? 'created with' : 'added'} the keys ${added.join(' and ')}`)
  if (dropped.length > 0) say(`Dropped, as no token of theirs is valid any more: ${dropped.join(', ')}`)
  if (isNew) return say('The new keys sign at once.')
  say(`The new keys sign from ${new Date(signsFrom * 1000).toISOString()}.`)
  say('Start every instance anew with this file before that: one that lacks a key refuses its tokens.')
}

/** Undefined if there is no such file. */
const read = async (file: string): Promise<KeySet | undefined> => {
  const text = await readFile(file, 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined
    throw new Error(`cannot read ${file}`, { cause: error })
  })
  if (text === undefined) return undefined
  const keySet = parseKeySet(text)
  if (typeof keySet === 'string') throw new Error(`${file} ${keySet}`)
  return keySet
}

/**
 * Whoever reads the file finds all of the old or all of the new content. The new file, which
 * only its owner can read from the start, excludes a second rotation: one of the two would be lost.
 */
const replace = async <T extends { keySet: KeySet }>(file: string, change: () => Promise<T>): Promise<T> => {
  const next = `${file}.new`
  const handle = await open(next, 'wx', 0o600).catch((error) => {
    const why =
      error.code === 'EEXIST' ? 'another rotation is running, or was interrupted: then remove it' : ''
    throw new Error(`cannot create ${next}${why && `: ${why}`}`, { cause: error })
  })
  const write = async () => {
    const changed = await change()
    const old = await stat(file).catch(() => undefined)
    if (old) {
      // Whoever could read the old one, as its owner or by its group, is the service.
      await handle.chown(old.uid, old.gid)
      await handle.chmod(old.mode & 0o770)
    }
    await handle.writeFile(`${JSON.stringify(changed.keySet, null, 2)}\n`)
    await handle.sync()
    await rename(next, file)
    return changed
  }
  try {
    return await write()
  } catch (error) {
    await rm(next, { force: true })
    throw error
  } finally {
    await handle.close()
  }
}

/** After this a rename survives a loss of power. */
const sync = async (directory: string) => {
  const handle = await open(directory)
  await handle.sync().finally(() => handle.close())
}

if (import.meta.main) await rotateKeys(process.argv.slice(2), console.log, Date.now).catch(fail)
