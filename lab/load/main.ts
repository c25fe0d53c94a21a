/** `npm run lab -- load <scenario>`: puts the service under load with k6, and says whether it held what it promises. */
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fail } from '../../bin/fail.ts'
import { localDirectory } from '../../dev/cache.ts'
import { runToTheEnd } from '../../dev/ending.ts'
import { atEnd } from '../../dev/process.ts'
import { progress } from '../../dev/progress.ts'
import { findK6, runK6 } from './runner/k6.ts'
import { watchMemory } from './runner/memory.ts'
import { inventPeople, keepForTheRun, type Person } from './runner/people.ts'
import { reportOf } from './runner/report.ts'
import { type LoadRequest, rateAsText, readRequest } from './runner/request.ts'
import { forTheStorm, openStorm } from './runner/storm.ts'
import { openTarget } from './runner/target.ts'
import { textOf } from './runner/text.ts'

const SCRIPTS = join(import.meta.dirname, 'scenarios')
const KEYS = localDirectory(process.env)
const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const load = async ({ scenario, target: where, rate, durationSeconds }: LoadRequest) => {
  const own = scenario === 'overload' ? forTheStorm() : undefined
  const k6 = await findK6(process.env, say)
  const time = new Date().toISOString().slice(0, 19).replaceAll(':', '-')
  const directory = join(KEYS, 'load', `${scenario}-${time}`)
  // When nothing came of it, no empty folder stays; rmdir leaves alone what has something in it.
  atEnd(() => rmdir(directory).catch(() => undefined))
  await mkdir(directory, { recursive: true })
  const target = await openTarget(where, KEYS, directory, say, own)
  const people = await inventPeople(KEYS, scenario === 'crowd' ? rate : undefined)
  await refuseIfStrangers(target.url, people)
  const handed = {
    targets: [target.url],
    people: join(directory, 'people.json'),
    figures: join(directory, 'k6.json'),
    rate,
    durationSeconds,
  }
  await keepForTheRun(people, handed.people)
  const memory = target.pid === undefined ? undefined : watchMemory(target.pid)
  const storm = own && openStorm(directory, durationSeconds, memory?.samplesMb ?? [], say)
  const script = join(SCRIPTS, `${scenario}.ts`)
  await progress(
    say,
    `${scenario} at ${rateAsText(scenario, rate)} for ${durationSeconds} s against ${target.url}`,
    Promise.race([
      Promise.all([runK6(k6, script, handed, directory), storm?.rage()]),
      target.ended.then((how) => Promise.reject(new Error(how))),
    ]),
  )
  memory?.stop()
  const asked = { scenario, target: `${where}`, rate, durationSeconds }
  const report = reportOf(
    JSON.parse(await readFile(handed.figures, 'utf8')),
    asked,
    memory?.samplesMb ?? [],
    await storm?.verdicts(),
  )
  const text = textOf(report)
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  await writeFile(join(directory, 'report.txt'), `${text}\n`)
  say(`\n${text}\nfigures and curves: ${relative(process.cwd(), directory)}/report.{txt,json,html}\n`)
  if (!report.passed) throw new Error(`${scenario} has not held`)
}

/** @throws Error when nobody answers there, or somebody to whom our people are unknown */
const refuseIfStrangers = async (url: string, [person]: Person[]) => {
  const headers = { authorization: `Bearer ${person?.token}` }
  const reply = await fetch(`${url}/dialog/${person?.id}/list?limit=1`, {
    headers,
    redirect: 'manual',
  }).catch((cause) => {
    throw new Error(`no service answers at ${url}`, { cause })
  })
  if (reply.status === 401)
    throw new Error(`${url} does not accept tokens of the key in ${KEYS}: start it by npm start, from here`)
  if (reply.status !== 200) throw new Error(`${url} answers ${reply.status} to a list: ${await reply.text()}`)
}

const asked = (): LoadRequest => {
  try {
    return readRequest(process.argv.slice(2))
  } catch (error) {
    return fail(error)
  }
}

const request = asked()
await runToTheEnd(() => load(request), INTERRUPTED, say)
