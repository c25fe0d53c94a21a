/** schemathesis: how a document's requests are made up by it and their replies judged, the same ones in every run. */
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { own } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { pythonTool } from '../../dev/python-tool.ts'

const PACKAGE = 'schemathesis==4.32.5'
const CONFIGURATION = join(import.meta.dirname, 'schemathesis.toml')
/** The public specification is of a whole social network. */
const OURS = '^/(dialog/.*|health|ready|openapi[.]json)$'

export type Trial = {
  document: string
  checks: string[]
  /** For each operation that takes any input; what its schema has at its edges comes on top. */
  casesEach: number
}

/**
 * Resolves to how many requests were made.
 * @param directory where it may leave what it writes
 * @throws Error when a reply was not as the document says; what it was has been printed
 */
export const runSchemathesis = async (
  { document, checks, casesEach }: Trial,
  { url, token }: { url: string; token: string },
  directory: string,
  say: Say,
): Promise<number> => {
  const PYTHONPATH = await pythonTool(PACKAGE, process.env, say)
  const name = basename(document)
  const options = {
    '--url': url,
    '--header': `Authorization: Bearer ${token}`,
    '--include-path-regex': OURS,
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
