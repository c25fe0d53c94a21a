/** What is downloaded or built once per machine, into a cache that all clones share: complete, or not there at all. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from './cache.ts'
import { atEnd } from './process.ts'

/**
 * The cached directory or file with this name, made on first use.
 * @param make makes it in a temporary directory, and returns the path of what is to be kept
 * @throws what `make` throws; nothing incomplete is left behind
 */
export const madeOnce = async (
  env: NodeJS.ProcessEnv,
  name: string,
  make: (work: string, place: string) => Promise<string>,
): Promise<string> => {
  const cache = cacheDirectory(env)
  const place = join(cache, name)
  if (existsSync(place)) return place
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(cache, 'download-'))
  const cleanUp = () => rm(work, { recursive: true, force: true })
  atEnd(cleanUp)
  try {
    await putInPlace(await make(work, place), place)
  } finally {
    await cleanUp()
  }
  return place
}

/** Another process may have made the same in the meantime: then that one is used. */
const putInPlace = async (from: string, to: string) => {
  try {
    await rename(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}
