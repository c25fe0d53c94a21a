import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { problemOf } from '../../lib/http/problem.ts'
import { openLog } from '../../lib/log.ts'
import { bugsIn } from './bugs.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dialogs-bugs-'))
})
afterEach(() => rm(directory, { recursive: true }))

/** As an instance writes them. */
const lines = (write: (log: ReturnType<typeof openLog>) => void): string => {
  let text = ''
  write(
    openLog({
      write: (line) => {
        text += line
      },
    }),
  )
  return text
}

test('bugs are found in the logs of all instances, and nothing else of an experiment is read', async () => {
  const healthy = lines((log) => {
    log.info({ status: 200 }, 'request')
    log.error({ status: 503 }, 'request')
    log.warn('a dialog was not moved in an inbox')
  })
  const bug = lines((log) => log.error({ status: problemOf(new TypeError('x')).status }, 'request'))
  const misplaced = lines((log) => log.error('a message is in the wrong partition: left out'))
  await writeFile(join(directory, 'instance-0.log'), healthy + bug)
  await writeFile(join(directory, 'instance-1.log'), misplaced + healthy)
  await writeFile(join(directory, 'findings.txt'), bug)
  expect(await bugsIn(directory)).toEqual([bug.trimEnd(), misplaced.trimEnd()])
})
