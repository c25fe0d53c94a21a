/** What processes use: processor time, bytes, memory. Processor time and bytes are from Linux's /proc (man 5 proc). */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { sum } from 'd3-array'

/** Since the process began: microseconds of processor time (user and system, to 10 ms), bytes through system calls. */
export type Usage = { processorUs: number; bytes: number }

/** USER_HZ: the unit of /proc, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100
const WATCH_EVERY_MS = 2_000

/** Of a process and all its descendants. */
export const usageOf = (root: number): Usage => {
  const family = familyOf(root).map(({ pid }) => pid)
  return { processorUs: sum(family, processorUsOf), bytes: sum(family, bytesOf) }
}

/** The name before the fields read here may contain anything, a parenthesis included. */
export const processorUsOf = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return ((Number(fields[11]) + Number(fields[12])) * 1_000_000) / TICKS_PER_SECOND
}

const bytesOf = (pid: number): number => {
  const io = readFileSync(`/proc/${pid}/io`, 'utf8')
  const bytes = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(io)?.[1])
  return bytes('rchar') + bytes('wchar')
}

export type Watch = { samplesMb: number[]; stop: () => void }

/** Samples the resident memory of a process and its descendants; without `ps` on this machine there are no samples. */
export const watchMemory = (pid: number): Watch => {
  const samplesMb: number[] = []
  const look = () => {
    try {
      // Pages that processes share count once for each of them; there are none when the process has ended.
      const sample = Math.round(sum(familyOf(pid), ({ rssKib }) => rssKib) / 1024)
      if (sample > 0) samplesMb.push(sample)
    } catch {}
  }
  const timer = setInterval(look, WATCH_EVERY_MS)
  return { samplesMb, stop: () => clearInterval(timer) }
}

const familyOf = (root: number) => {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n')
  const all = listed.map((line) => {
    const [pid = 0, parent = 0, rssKib = 0] = line.trim().split(/\s+/).map(Number)
    return { pid, parent, rssKib }
  })
  const family = new Set([root])
  // A child may be listed before its parent: repeat until nothing is added.
  for (let size = 0; size < family.size; ) {
    size = family.size
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid)
  }
  return all.filter(({ pid }) => family.has(pid))
}
