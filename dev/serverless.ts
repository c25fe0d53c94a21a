/** The command of the Serverless Framework. Each run has a directory of its own for bundles: several may run at once. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** What to run, where, and how to clean up; a directory that an interrupted run has left is never used again. */
export const serverless = (args: string[], root = ROOT) => {
  const bundles = join('.esbuild', randomUUID())
  return {
    command: process.execPath,
    args: [createRequire(import.meta.url).resolve('serverless/bin/serverless.js'), ...args],
    cwd: root,
    variables: { BUNDLE_DIRECTORY: bundles },
    cleanUp: () => rm(join(root, bundles), { recursive: true, force: true }),
  }
}
