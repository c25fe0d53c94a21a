/** Files that a command generates and that are committed: written, or compared with what is there. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

/** By name below a directory. */
export type MadeFiles = Record<string, string>

/** Whether files are only to be compared. @throws Error with the usage for any other argument */
export const isCheckAsked = (args: string[], command: string): boolean => {
  try {
    return parseArgs({ args, options: { check: { type: 'boolean', default: false } } }).values.check
  } catch (error) {
    throw new Error(`${(error as Error).message}\nusage: npm run lab -- ${command} [--check]`)
  }
}

export const writeFiles = (directory: string, files: MadeFiles): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true })
    writeFileSync(join(directory, name), content)
  }
}

/** The names of files that are missing or different. */
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
