/** Virtual time: the next event happens, then everything that follows from it, and only then the event after it. */

export type Time = {
  /** True time, in unix milliseconds, which no instance knows. */
  now: () => number
  /** `happen` returns whether it has resolved a promise: only then is the code that waits for it run before time goes on. */
  at: (unixMs: number, happen: () => boolean) => void
  sleep: (ms: number) => Promise<void>
  /** For a promise that several events may resolve, each at its time: the first one wins. */
  once: <T>(resolve: (value: T) => void) => (value: T) => () => boolean
  /** Resolves when no event is left. */
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

/** Resolves when all code that waits for a resolved promise has run. */
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
