/** `npm run lab -- prove <experiment>`: on a cluster of its own, under load; is every acknowledged message there? */
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fail } from '../../bin/fail.ts'
import { localDirectory } from '../../dev/cache.ts'
import { runToTheEnd } from '../../dev/ending.ts'
import { atEnd } from '../../dev/process.ts'
import { proveAll } from './all.ts'
import { type Conducted, EXPERIMENTS } from './experiments.ts'
import { readRequest } from './request.ts'
import { textOf } from './text.ts'

const KEYS = resolve(localDirectory(process.env))
const PLACE = join(KEYS, 'prove')
/** All but the one that has something of others, for a check of every change. */
const ALL = [...EXPERIMENTS.keys()].filter((experiment) => experiment !== 'short')
const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const asked = (): string => {
  try {
    return readRequest(process.argv.slice(2), [...EXPERIMENTS.keys()])
  } catch (error) {
    return fail(error)
  }
}

const prove = async (experiment: string, conducted: Conducted) => {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  const directory = join(PLACE, `${experiment}-${time}`)
  // When nothing came of it, no empty folder stays; rmdir leaves alone what has something in it.
  atEnd(() => rmdir(directory).catch(() => undefined))
  await mkdir(directory, { recursive: true })
  const conclusion = await conducted(KEYS, directory, say)
  const { recorded, findings } = conclusion
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(recorded, null, 2)}\n`)
  await writeFile(join(directory, 'findings.txt'), findings.map((finding) => `${finding}\n`).join(''))
  say(`\n${textOf(conclusion)}\nfigures, requests and logs: ${relative(process.cwd(), directory)}/\n`)
  if (!recorded.passed) throw new Error(`${experiment}: not as promised`)
}

const name = asked()
const conducted = EXPERIMENTS.get(name)
const work = () => (conducted ? prove(name, conducted) : proveAll(ALL, PLACE, say))
await runToTheEnd(work, INTERRUPTED, say)
