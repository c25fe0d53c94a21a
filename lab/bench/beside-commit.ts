/** This working tree beside another commit of it, each through its own `serve` on the same database. */
import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { atEnd } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { ONE_BUCKET } from '../kit/one-bucket.ts'
import { alternate, medianOf, ratioOf, warmUp } from './contest.ts'
import { MOST_CALLERS } from './people.ts'
import type { Setting } from './setting.ts'

const ROOT = join(import.meta.dirname, '../..')
const ROUNDS = 10
const SECONDS = 3
/** Of a hundred partners each, some were written to within the last second: those sends spare the index read. */
const OPERATIONS = [
  ['send', 'send'],
  ['first send', 'firstSend'],
  ['page', 'page'],
  ['health', 'health'],
] as const
const run = promisify(execFile)

export const besideCommit = async (ref: string, { directory, serve }: Setting, say: Say) => {
  // They share dialogs, and a commit from before time buckets refuses one in which the other has opened some.
  const here = await serve('here', ROOT, ONE_BUCKET)
  const there = await serve('there', await worktreeOf(ref, directory), ONE_BUCKET)
  await progress(say, 'warming up', warmUp([here.send, there.send, here.page, there.page], MOST_CALLERS))
  say(`\n${ROUNDS} rounds of ${SECONDS} s at ${MOST_CALLERS} connections, the two in turn: medians.\n`)
  say(`| operation | here/s | ${ref}/s | here : ${ref} |`)
  say('|---|---|---|---|')
  for (const [name, operation] of OPERATIONS) {
    const contestants = { here: here[operation], there: there[operation] }
    const rounds = await alternate(contestants, MOST_CALLERS, ROUNDS, SECONDS)
    const rates = [rounds.here, rounds.there].map((figures) => Math.round(medianOf(figures).perSecond))
    say(`| ${[name, ...rates, ratioOf(rounds.here, rounds.there).toFixed(2)].join(' | ')} |`)
  }
}

/** With this tree's packages: a comparison of our code, not of theirs. */
const worktreeOf = async (ref: string, directory: string): Promise<string> => {
  const worktree = join(directory, 'worktree')
  const git = (...args: string[]) => run('git', args, { cwd: ROOT })
  await git('worktree', 'add', '--quiet', '--detach', worktree, ref).catch((cause) => {
    throw new Error(`git knows no commit ${ref}`, { cause })
  })
  atEnd(async () => {
    await git('worktree', 'remove', '--force', worktree)
  })
  await symlink(join(ROOT, 'node_modules'), join(worktree, 'node_modules'))
  return worktree
}
