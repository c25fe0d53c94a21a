/** Messages about work that takes seconds: what is being done, that it is still running, how long it took. */

export type Say = (line: string) => void

const EVERY_MS = 5_000

export const progress = async <T>(say: Say, what: string, work: Promise<T>): Promise<T> => {
  const began = performance.now()
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`
  say(`${what} ...`)
  const timer = setInterval(() => say(`${what}: ${seconds()} so far`), EVERY_MS)
  try {
    const result = await work
    say(`${what}: done in ${seconds()}`)
    return result
  } finally {
    clearInterval(timer)
  }
}
