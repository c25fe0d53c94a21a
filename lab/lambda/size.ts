/** `npm run lab -- size`: what the archives weigh, and how fast a cold function is; needs a database, as the tests do. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateTo } from '../../bin/migrate.ts'
import { openThrowawayDatabase } from '../../dev/database/throwaway.ts'
import { runToTheEnd } from '../../dev/ending.ts'
import { localAuthVariables, localToken } from '../../dev/keys.ts'
import { atEnd } from '../../dev/process.ts'
import { progress } from '../../dev/progress.ts'
import { type Archive, packArchives } from './archives.ts'
import { coldConnect, coldStart } from './cold-start.ts'

const INTERRUPTED = 130
const say = (line: string) => console.error(line)
const rounded = (value: number) => Math.round(value * 10) / 10
const kilobytes = async (file: string) => rounded((await stat(file)).size / 1000)

const measure = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-size-'))
  atEnd(() => rm(directory, { recursive: true, force: true }))
  const database = await openThrowawayDatabase(process.env, say)
  const shared = Object.entries({ ...process.env, ...database.variables }).filter(([name]) =>
    /^CQL_/.test(name),
  )
  const variables = {
    ...(Object.fromEntries(shared) as Record<string, string>),
    ...(await localAuthVariables(directory)),
    CQL_KEYSPACE: `size_${randomUUID().replaceAll('-', '')}`,
  }
  await migrateTo(variables, () => undefined)
  const { archives } = await progress(
    say,
    'packaging the functions',
    packArchives(join(directory, 'packages'), process.env),
  )
  const event = {
    version: '2.0',
    headers: { authorization: `Bearer ${await localToken(directory, 'alice')}` },
    pathParameters: { user_id: 'bob' },
    body: '{"text":"Hello, Bob!"}',
  }
  const rows = await progress(say, 'starting each function nine times', tableOf(archives, event, variables))
  console.table(rows)
  const connect = rounded(await coldConnect(variables))
  console.log(`Times in milliseconds, medians of nine new processes, Node's own start in the total; sizes in kB.
Connecting to the database, which replies of send, list and ready contain: ${connect} ms.`)
}

const tableOf = async (archives: Archive[], event: unknown, variables: Record<string, string>) => {
  const rows: Record<string, Record<string, number>> = {}
  for (const archive of archives) {
    const cold = await coldStart(archive, event, variables)
    const [bundle = '', map = ''] = archive.files.sort().map((file) => join(archive.directory, file))
    rows[archive.name] = {
      'archive kB': await kilobytes(archive.zip),
      'bundle kB': await kilobytes(bundle),
      'map kB': await kilobytes(map),
      'import ms': rounded(cold.import),
      'first reply ms': rounded(cold.reply),
      'total ms': rounded(cold.total),
    }
  }
  return rows
}

await runToTheEnd(measure, INTERRUPTED, say)
