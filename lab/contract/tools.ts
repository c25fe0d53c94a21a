/** The tools that hold the service to the document: schemathesis, a validator in Go, a generated client in Python. */
import { basename, delimiter, join } from 'node:path'
import type { Readable } from 'node:stream'
import { finish, own } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { pythonTool } from '../../dev/python-tool.ts'

const PACKAGE = 'schemathesis==4.32.5'
const CONFIGURATION = join(import.meta.dirname, 'schemathesis.toml')

export type Trial = {
  document: string
  checks: string[]
  /** Which operations to try, as options of schemathesis. */
  operations: Record<string, string>
  /** For each operation that takes input; the edge cases of its schema come on top. */
  casesEach: number
}

/**
 * Makes up requests and judges the replies, the same in every run. Resolves to the number of requests.
 * @param directory for the files that it writes
 * @throws Error when a reply was not as the document says, after printing it
 */
export const runSchemathesis = async (
  { document, checks, operations, casesEach }: Trial,
  { url, token }: { url: string; token: string },
  directory: string,
  say: Say,
): Promise<number> => {
  const PYTHONPATH = await pythonTool(PACKAGE, process.env, say)
  const name = basename(document)
  const options = {
    '--url': url,
    '--header': `Authorization: Bearer ${token}`,
    ...operations,
    '--checks': checks.join(','),
    '--max-examples': String(casesEach),
    '--workers': '2',
  }
  const { child, ended } = await own(
    'python3',
    [
      ...['-m', 'schemathesis.cli', '--config-file', CONFIGURATION, 'run', document],
      ...Object.entries(options).flat(),
      ...['--generation-deterministic', '--continue-on-failure', '--no-color'],
    ],
    { cwd: directory, env: { ...process.env, PYTHONPATH }, stdio: ['ignore', 'pipe', 'inherit'] },
  )
  let said = ''
  const output = child.stdout as Readable
  output.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const how = await progress(say, `schemathesis: up to ${casesEach} cases an operation of ${name}`, ended)
  say(said.slice(said.search(/^=+ (FAILURES|ERRORS|WARNINGS|SUMMARY)/m)))
  const made = Number(/^ *(\d[\d,]*) generated/m.exec(said)?.[1]?.replaceAll(',', ''))
  if (how !== 'exit code 0' || !made)
    throw new Error(`the service is not as ${name} says (schemathesis: ${how})`)
  return made
}

const CLIENTS = join(import.meta.dirname, 'clients')
const GENERATOR = 'openapi-python-client==0.29.1'

/** @throws Error in the words of the validator */
export const runValidator = async (
  document: string,
  { url, token }: { url: string; token: string },
  say: Say,
): Promise<void> => {
  // Not as an argument: errors repeat arguments, and every user of the machine can read them.
  const env = { ...process.env, TOKEN: token }
  const validate = finish('go', ['run', '.', document, url], { cwd: CLIENTS, env })
  await progress(say, 'kin-openapi (Go): requests and replies by the document', validate)
}

/**
 * Generates a client from a document, and runs a script with it.
 * @param name of the client's package, and of the script
 * @param directory for the generated client
 * @throws Error in the words of the client that failed
 */
export const runClient = async (
  name: string,
  document: string,
  url: string,
  directory: string,
  say: Say,
): Promise<void> => {
  const tool = await pythonTool(GENERATOR, process.env, say)
  const PATH = [join(tool, 'bin'), process.env['PATH']].join(delimiter)
  const options = { cwd: directory, env: { ...process.env, PYTHONPATH: tool, PATH } }
  const generated = join(directory, name)
  const generate = ['-m', 'openapi_python_client', 'generate', '--path', document, '--output-path', generated]
  const talk = async () => {
    await finish('python3', [...generate, '--meta', 'none'], options)
    await finish('python3', [join(CLIENTS, `${name}.py`), directory, url], options)
  }
  await progress(say, `openapi-python-client: a client generated from ${basename(document)}`, talk())
}
