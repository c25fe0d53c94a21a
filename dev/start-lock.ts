/**
 * One `npm start` in a directory: a second one is refused, and told which process runs and where. The operating system
 * locks a file, through SQLite: the lock ends with its process in any case, and is never left behind.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { atEnd } from './process.ts'

type Holder = { pid: number; url?: string }

const SQLITE_BUSY = 5

/**
 * Resolves to a function that publishes the URL of the service, for later starts to report.
 * @throws Error when another `npm start` holds the lock
 */
export const lockDirectory = async (directory: string): Promise<(url: string) => void> => {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const notice = join(directory, 'start.json')
  const lock = new DatabaseSync(join(directory, 'start.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
    throw new Error(refusal(notice, directory), { cause: error })
  }
  atEnd(async () => lock.close())
  const publish = (holder: Holder) => writeFileSync(notice, JSON.stringify(holder))
  publish({ pid: process.pid })
  return (url) => publish({ pid: process.pid, url })
}

const refusal = (notice: string, directory: string) => {
  const { pid, url = 'still starting' } = JSON.parse(readFileSync(notice, 'utf8')) as Holder
  return `npm start already runs on ${directory}: process ${pid}, ${url}
To run another beside it, with messages of its own: LOCAL_DIRECTORY=.local-2 npm start`
}
