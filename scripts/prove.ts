/** `npm run prove -- retries`: an experiment on a cluster of its own, and whether every acknowledged message is there. */
import { mkdir, rmdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { localDirectory } from './cache.ts'
import { runToTheEnd } from './ending.ts'
import { fail } from './fail.ts'
import { atEnd } from './process.ts'
import { retries } from './prove/retries.ts'
import { textOf } from './prove/text.ts'

const EXPERIMENTS = { retries }
const USAGE = `usage: npm run prove -- ${Object.keys(EXPERIMENTS).join(' | ')}`
const KEYS = resolve(localDirectory(process.env))
const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const asked = (): keyof typeof EXPERIMENTS => {
  const [name = '', ...others] = process.argv.slice(2)
  if (others.length === 0 && Object.hasOwn(EXPERIMENTS, name)) return name as keyof typeof EXPERIMENTS
  return fail(new Error(`${[name, ...others].join(' ') || 'nothing'} is no experiment\n${USAGE}`))
}

const prove = async (experiment: keyof typeof EXPERIMENTS) => {
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  const directory = join(KEYS, 'prove', `${experiment}-${time}`)
  // When nothing came of it, no empty folder stays; rmdir leaves alone what has something in it.
  atEnd(() => rmdir(directory).catch(() => undefined))
  await mkdir(directory, { recursive: true })
  const report = await EXPERIMENTS[experiment](KEYS, directory, say)
  const text = textOf(report)
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  say(`\n${text}\nfigures, and the logs of the instances: ${relative(process.cwd(), directory)}/\n`)
  if (!report.passed) throw new Error(`${experiment}: not as promised`)
}

const experiment = asked()
await runToTheEnd(() => prove(experiment), INTERRUPTED, say)
