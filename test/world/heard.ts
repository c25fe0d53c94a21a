/** A Node process that is heard: what it prints is kept, and its end ends whoever waits for it. */
import type { SpawnOptions } from 'node:child_process'
import { own } from '../../dev/process.ts'

/** @param options `env` is all that it knows of the environment */
export const a_heard_process = async (args: string[], options: SpawnOptions) => {
  const { child, ended, stop } = await own(process.execPath, args, options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  let end: string | undefined
  const death = ended.then((how) => {
    end = how
    return Promise.reject<never>(new Error(`the process has ended (${how})\n${output}`))
  })
  death.catch(() => undefined)
  return {
    child,
    stop,
    hasEnded: () => end !== undefined,
    orDeath: <T>(work: Promise<T>): Promise<T> => Promise.race([work, death]),
    /** The log: its lines that are JSON. */
    logged: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
  }
}
