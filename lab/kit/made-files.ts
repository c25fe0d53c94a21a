/** Files that a command makes and that are committed: written, or compared with what is there. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { fail } from '../../bin/fail.ts'

/** By name below a directory. */
export type MadeFiles = Record<string, string>

/** Whether files are only to be compared; what else is asked of the npm script is refused. */
export const isCheckAsked = (script: string): boolean => {
  try {
    return parseArgs({ options: { check: { type: 'boolean', default: false } } }).values.check
  } catch (error) {
    return fail(new Error(`${(error as Error).message}\nusage: npm run lab -- ${script} [--check]`))
  }
}

export const writeFiles = (directory: string, files: MadeFiles): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
}

/** The names of those that are not there, or otherwise. */
export const differing = (directory: string, files: MadeFiles): string[] =>
  Object.entries(files)
    .filter(([name, content]) => differs(join(directory, name), content))
    .map(([name]) => name)

const differs = (file: string, content: string): boolean => {
  try {
    return readFileSync(file, 'utf8') !== content
  } catch {
    return true
  }
}
