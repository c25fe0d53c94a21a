/** AWS's runtime interface client, which runs a function inside Lambda: built once per machine (1-2 minutes). */
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { succeeds } from '../../dev/database/cassandra/java.ts'
import { madeOnce } from '../../dev/once.ts'
import { finish } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'

const NAME = 'aws-lambda-ric'
const VERSION = '4.0.2'
const TOOLS = ['cmake', 'make', 'g++', 'python3', 'xz']

/**
 * The program that Node has to run.
 * @throws Error that names the missing tool, or with npm's own words when the build fails
 */
export const runtimeClient = async (env: NodeJS.ProcessEnv, say: Say): Promise<string> => {
  const folder = await madeOnce(env, `${NAME}-${VERSION}`, async (work, place) => {
    for (const tool of TOOLS) {
      if (!(await succeeds(tool, ['--version'], env))) throw new Error(`building ${NAME} needs ${tool}`)
    }
    await progress(say, `building ${NAME} ${VERSION} (once) in ${place}`, build(work, env))
    return work
  })
  return join(folder, 'node_modules', NAME, 'index.mjs')
}

const build = async (work: string, env: NodeJS.ProcessEnv) => {
  const manifest = { private: true, dependencies: { [NAME]: VERSION }, allowScripts: { [NAME]: true } }
  await writeFile(join(work, 'package.json'), JSON.stringify(manifest))
  // The headers of the Node that will load it, if it has them: otherwise node-gyp downloads them.
  const node = dirname(dirname(process.execPath))
  const headers = existsSync(join(node, 'include/node/node.h')) ? { npm_config_nodedir: node } : {}
  const quietly = ['--no-audit', '--no-fund', '--no-package-lock']
  await finish('npm', ['install', ...quietly], { cwd: work, env: { ...env, ...headers } })
}
