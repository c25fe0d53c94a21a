/** The framework's command, each run with bundles in a folder of its own: several may run at once. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

/** What to run, where, and how to clean up: a folder left by an interrupted run is never loaded. */
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
