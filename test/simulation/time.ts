/** Virtual time: what is due next happens next, and everything that follows from it before anything else. */

export type Time = {
  /** True time, in unix milliseconds: no instance knows it. */
  now: () => number
  /** `happen` says whether somebody goes on by it: only then others get their turn before time does. */
  at: (unixMs: number, happen: () => boolean) => void
  sleep: (ms: number) => Promise<void>
  /** For a promise with several ends, each to be put at its time: the first one counts. */
  once: <T>(resolve: (value: T) => void) => (value: T) => () => boolean
  /** Until nothing is due. */
  run: () => Promise<void>
}

type Due = { unixMs: number; order: number; happen: () => boolean }

export const startTime = (beginMs: number): Time => {
  let nowMs = beginMs
  let order = 0
  const heap: Due[] = []
  const at: Time['at'] = (unixMs, happen) => {
    order += 1
    push(heap, { unixMs: Math.max(unixMs, nowMs), order, happen })
  }
  return {
    now: () => nowMs,
    at,
    once: (resolve) => {
      let isOver = false
      return (value) => () => {
        if (isOver) return false
        isOver = true
        resolve(value)
        return true
      }
    },
    sleep: (ms) =>
      new Promise((resolve) =>
        at(nowMs + ms, () => {
          resolve()
          return true
        }),
      ),
    run: async () => {
      await settled()
      for (let due = pop(heap); due; due = pop(heap)) {
        nowMs = due.unixMs
        if (due.happen()) await settled()
      }
    },
  }
}

/** Every promise that can go on has gone on. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

const isBefore = (a: Due, b: Due) => a.unixMs < b.unixMs || (a.unixMs === b.unixMs && a.order < b.order)

const push = (heap: Due[], due: Due) => {
  let place = heap.push(due) - 1
  while (place > 0) {
    const above = (place - 1) >> 1
    const parent = heap[above] as Due
    if (!isBefore(due, parent)) break
    heap[place] = parent
    place = above
  }
  heap[place] = due
}

const pop = (heap: Due[]): Due | undefined => {
  const [first] = heap
  const last = heap.pop()
  if (!last || heap.length === 0) return first
  let place = 0
  for (;;) {
    let below = place * 2 + 1
    const [left, right] = [heap[below], heap[below + 1]]
    if (!left) break
    if (right && isBefore(right, left)) below += 1
    const child = heap[below] as Due
    if (!isBefore(child, last)) break
    heap[place] = child
    place = below
  }
  heap[place] = last
  return first
}
