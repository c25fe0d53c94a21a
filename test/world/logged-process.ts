/** A Node process whose output is recorded; a wait for it fails when the process ends. */
import type { SpawnOptions } from 'node:child_process'
import { own } from '../../dev/process.ts'

/** @param options `env` is its complete environment */
export const a_logged_process = async (args: string[], options: SpawnOptions) => {
  const { child, ended, stop } = await own(process.execPath, args, options)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  let end: string | undefined
  const ending = ended.then((how) => {
    end = how
    return Promise.reject<never>(new Error(`the process has ended (${how})\n${output}`))
  })
  ending.catch(() => undefined)
  return {
    child,
    stop,
    hasEnded: () => end !== undefined,
    orEnd: <T>(work: Promise<T>): Promise<T> => Promise.race([work, ending]),
    /** The lines of its output that are JSON: its log. */
    logged: () =>
      output
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line)),
  }
}
