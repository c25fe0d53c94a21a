/** Tools from PyPI, installed by pip once per machine, into the cache that all clones share. */
import { madeOnce } from './once.ts'
import { finish } from './process.ts'
import { progress, type Say } from './progress.ts'

const QUIETLY = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore', '--no-input']

/**
 * The directory to put into PYTHONPATH.
 * @param requirement name and exact version, as in `check-jsonschema==0.39.0`
 * @throws Error with the output of pip when it cannot be installed
 */
export const pythonTool = (requirement: string, env: NodeJS.ProcessEnv, say: Say): Promise<string> =>
  madeOnce(env, requirement, async (work, place) => {
    const install = finish('python3', ['-m', 'pip', 'install', ...QUIETLY, '--target', work, requirement])
    await progress(say, `installing ${requirement} (once) to ${place}`, install).catch((cause) => {
      throw new Error(`${requirement} could not be installed: python3 with pip is needed`, { cause })
    })
    return work
  })
