/** Sockets to the database and processor time of the service's processes, watched while an experiment runs. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { NATIVE_PORT } from '../cluster/place.ts'
import type { Course } from './conclude.ts'

type Samples = NonNullable<Course['service']>
export type ServiceWatch = { samples: Samples; stop: () => void }

const EVERY_MS = 1_000
/** USER_HZ of Linux, on every processor that it runs on. */
const TICKS_PER_SECOND = 100

/** Every second, by Linux's /proc; without it there are no samples. */
export const watchService = (pids: number[]): ServiceWatch => {
  const samples: Samples = []
  let before: { atMs: number; cpuMs: number } | undefined
  const look = async () => {
    const sockets = (await Promise.all(pids.map(socketsOf))).flat().length
    const cpuMs = (await Promise.all(pids.map(cpuMsOf))).reduce((sum, one) => sum + one, 0)
    const atMs = Date.now()
    if (before) {
      const processor = ((cpuMs - before.cpuMs) / (atMs - before.atMs)) * 100
      samples.push({ atMs, sockets, processor: Math.round(processor * 10) / 10 })
    }
    before = { atMs, cpuMs }
  }
  const timer = setInterval(() => void look().catch(() => undefined), EVERY_MS)
  return { samples, stop: () => clearInterval(timer) }
}

/** User and system time of a process: fields 14 and 15 of proc(5), behind a name that may have anything in it. */
const cpuMsOf = async (pid: number): Promise<number> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_PER_SECOND
}

/** Inodes of its sockets whose other end is the port of a node. */
const socketsOf = async (pid: number): Promise<string[]> => {
  const directory = `/proc/${pid}/fd`
  const files = await readdir(directory)
  const links = await Promise.all(files.map((file) => readlink(`${directory}/${file}`).catch(() => '')))
  const held = new Set(links.map((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1]))
  const port = NATIVE_PORT.toString(16).toUpperCase().padStart(4, '0')
  const table = (await readFile(`/proc/${pid}/net/tcp`, 'utf8')).split('\n').slice(1)
  return table.flatMap((line) => {
    const [, , remote = '', , , , , , , inode = ''] = line.trim().split(/\s+/)
    return remote.endsWith(`:${port}`) && held.has(inode) ? [inode] : []
  })
}
