/** What is fetched or built once per machine, into a cache that every clone shares: there as a whole, or not at all. */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from './cache.ts'
import { atEnd } from './process.ts'

/**
 * The cached folder or file of that name, made when it is not there yet.
 * @param make makes it in a folder of its own, and returns the path of what is to be kept
 * @throws what `make` throws; nothing half-finished is left
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

/** Another start may have finished the same in the meantime: then theirs is as good as ours. */
const putInPlace = async (from: string, to: string) => {
  try {
    await rename(from, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  }
}
