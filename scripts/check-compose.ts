/** `npm run check:compose [file]`: holds docker-compose.yml against the Compose Specification's schema. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirectory } from './cache.ts'
import { fail } from './fail.ts'

const PACKAGE = 'check-jsonschema==0.39.0'
const [file = 'docker-compose.yml'] = process.argv.slice(2)

/** Runs Python, its words on our own outputs. */
const python = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const { error, status } = spawnSync('python3', args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) fail(new Error(`the check of ${file} needs python3 with pip`, { cause: error }))
  return status === 0
}

const installed = async (): Promise<string> => {
  const cache = cacheDirectory(process.env)
  const tool = join(cache, PACKAGE)
  if (existsSync(tool)) return tool
  console.log(`downloading ${PACKAGE} (once) to ${tool}`)
  await mkdir(cache, { recursive: true })
  const work = await mkdtemp(join(cache, 'download-'))
  const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-input']
  if (!python(['-m', 'pip', 'install', ...quiet, '--target', work, PACKAGE]))
    fail(new Error('pip could not install it'))
  await rename(work, tool)
  return tool
}

const PYTHONPATH = await installed()
const arguments_ = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.compose-spec', file]
if (!python(arguments_, { PYTHONPATH })) process.exit(1)
