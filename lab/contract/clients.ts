/** Clients of other languages: a validator in Go and a generated client in Python read the document and talk to the service. */
import { delimiter, join } from 'node:path'
import { finish } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { pythonTool } from '../../dev/python-tool.ts'

const CLIENTS = join(import.meta.dirname, 'clients')
const GENERATOR = 'openapi-python-client==0.29.1'
const NAME = 'dialogs_client'

/**
 * @param directory where the client is generated
 * @throws Error in the words of the client that was not content
 */
export const runClients = async (
  document: string,
  { url, token }: { url: string; token: string },
  directory: string,
  say: Say,
): Promise<void> => {
  // Not as an argument, which errors repeat and everybody on the machine can read.
  const env = { ...process.env, TOKEN: token }
  const validate = finish('go', ['run', '.', document, url], { cwd: CLIENTS, env })
  await progress(say, 'kin-openapi (Go): requests and replies by the document', validate)
  const tool = await pythonTool(GENERATOR, process.env, say)
  const PATH = [join(tool, 'bin'), process.env['PATH']].join(delimiter)
  const options = { cwd: directory, env: { ...env, PYTHONPATH: tool, PATH } }
  const generated = join(directory, NAME)
  const generate = ['-m', 'openapi_python_client', 'generate', '--path', document, '--output-path', generated]
  const talk = async () => {
    await finish('python3', [...generate, '--meta', 'none'], options)
    await finish('python3', [join(CLIENTS, 'generated_client.py'), directory, url], options)
  }
  await progress(say, 'openapi-python-client: a generated client', talk())
}
