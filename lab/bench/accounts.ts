/** What the system's accounts say of processes: processor time, and bytes read and written. Linux alone keeps them so. */
import { readdirSync, readFileSync } from 'node:fs'

/** Since the process began: microseconds of processor (user and system, to 10 ms), bytes through system calls. */
export type Account = { processorUs: number; bytes: number }

/** USER_HZ, in which Linux tells them, whatever its own clock is (man 5 proc). */
const TICKS_PER_SECOND = 100

/** The sum of a process and of those that it has started, and so on. */
export const accountOf = (root: number): Account => {
  const accounts = [root, ...descendantsOf(root)].map(ownAccountOf)
  return {
    processorUs: accounts.reduce((sum, { processorUs }) => sum + processorUs, 0),
    bytes: accounts.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}

export const between = (before: Account, after: Account): Account => ({
  processorUs: after.processorUs - before.processorUs,
  bytes: after.bytes - before.bytes,
})

const ownAccountOf = (pid: number): Account => {
  const fields = statOf(pid)
  const io = readFileSync(`/proc/${pid}/io`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1])
  return {
    processorUs: ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS_PER_SECOND,
    bytes: bytes('rchar') + bytes('wchar'),
  }
}

/** Behind the name, which may contain anything: the state is the first. */
const statOf = (pid: number): string[] =>
  readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')

const descendantsOf = (root: number): number[] => {
  const pids = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
  const parents = new Map(pids.flatMap((pid) => parentOf(pid).map((parent) => [pid, parent])))
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid)
    return parent === root || (parent !== undefined && parent !== 0 && isBelow(parent))
  }
  return pids.filter(isBelow)
}

/** None, when it has ended meanwhile. */
const parentOf = (pid: number): number[] => {
  try {
    return [Number(statOf(pid)[1])]
  } catch {
    return []
  }
}
