/**
 * One `npm start` in a folder: whoever comes second is told which one runs, and where. The lock is that of the system on a
 * file, as SQLite takes it: it ends with its process, however that ends, so that none is ever left behind.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { atEnd } from './process.ts'

type Holder = { pid: number; url?: string }

const SQLITE_BUSY = 5

/**
 * Resolves to what tells those who come later where the service is.
 * @throws Error for whoever is second
 */
export const holdFolder = async (directory: string): Promise<(url: string) => void> => {
  await mkdir(directory, { recursive: true })
  const notice = join(directory, 'start.json')
  const lock = new DatabaseSync(join(directory, 'start.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error
    throw new Error(whoRuns(notice, directory), { cause: error })
  }
  atEnd(async () => lock.close())
  const tell = (holder: Holder) => writeFileSync(notice, JSON.stringify(holder))
  tell({ pid: process.pid })
  return (url) => tell({ pid: process.pid, url })
}

const whoRuns = (notice: string, directory: string) => {
  const { pid, url = 'still starting' } = JSON.parse(readFileSync(notice, 'utf8')) as Holder
  return `npm start already runs on ${directory}: process ${pid}, ${url}
To run another beside it, with messages of its own: LOCAL_DIRECTORY=.local-2 npm start`
}
