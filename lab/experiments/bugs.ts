/** Log lines of instances that no injected fault excuses: internal errors, and rows in the wrong partition. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const BUG = /"status":500|in the wrong partition/
const SHOWN = 10

/** The first of them. @param directory of the experiment */
export const bugsIn = async (directory: string): Promise<string[]> => {
  const logs = (await readdir(directory)).filter((file) => file.endsWith('.log')).sort()
  const texts = await Promise.all(logs.map((log) => readFile(join(directory, log), 'utf8')))
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => BUG.test(line))
    .slice(0, SHOWN)
}
