/** `npm run check:compose [file]`: holds docker-compose.yml against the Compose Specification's schema. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fail } from './fail.ts'
import { madeOnce } from './once.ts'

const PACKAGE = 'check-jsonschema==0.39.0'
const [file = 'docker-compose.yml'] = process.argv.slice(2)

/** Runs Python, its words on our own outputs. */
const python = (args: string[], env: NodeJS.ProcessEnv = {}) => {
  const { error, status } = spawnSync('python3', args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) fail(new Error(`the check of ${file} needs python3 with pip`, { cause: error }))
  return status === 0
}

const PYTHONPATH = await madeOnce(process.env, PACKAGE, async (work, place) => {
  console.log(`downloading ${PACKAGE} (once) to ${place}`)
  const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-input']
  const target = join(work, 'packages')
  if (!python(['-m', 'pip', 'install', ...quiet, '--target', target, PACKAGE]))
    throw new Error('pip could not install it')
  return target
}).catch(fail)
const arguments_ = ['-m', 'check_jsonschema', '--builtin-schema', 'vendor.compose-spec', file]
if (!python(arguments_, { PYTHONPATH })) process.exit(1)
