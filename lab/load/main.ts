/** `npm run lab -- load <scenario>`: puts the service under load with k6, and says whether it held what it promises. */
import { createWriteStream } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { localDirectory } from '../../dev/cache.ts'
import { startEmulator } from '../../dev/emulator.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { authorization, inventPeople, keepForTheRun, type Person } from '../kit/people.ts'
import { watchMemory } from '../kit/processes.ts'
import { emptyDatabase, folderOfRun, openWorld, UNLIMITED, type World } from '../kit/world.ts'
import { findK6, runK6 } from './k6.ts'
import { reportOf, textOf } from './report.ts'
import { type LoadRequest, rateAsText, readRequest } from './request.ts'
import { forTheStorm, type OwnService, openStorm } from './storm.ts'

const SCRIPTS = join(import.meta.dirname, 'scenarios')
const KEYS = localDirectory(process.env)
/** They make 120 dialogs, the busiest of which has a fifth of all messages: pages to read back in. */
const PEOPLE = 16
/** As the scenario has it: the last people, to whom fans write. */
const STARS = 8

/** The service under load; `pid` is unknown for a service that was running already. */
type Target = { url: string; pid?: number; whileUp: World['whileUp'] }

export const load = async (args: string[], say: Say): Promise<void> => {
  const { scenario, target: where, rate, durationSeconds } = readRequest(args)
  const own = scenario === 'overload' ? forTheStorm() : undefined
  const k6 = await findK6(process.env, say)
  const directory = await folderOfRun(join(KEYS, 'load'), scenario)
  const target = await openTarget({ scenario, target: where }, directory, say, own)
  const people = await inventPeople(peopleFor(scenario, rate, durationSeconds), KEYS)
  await refuseIfStrangers(target.url, people)
  const handed = {
    targets: [target.url],
    people: join(directory, 'people.json'),
    figures: join(directory, 'k6.json'),
    rate,
    durationSeconds,
    ...(scenario === 'fan-mail' && { town: PEOPLE }),
  }
  await keepForTheRun(people, handed.people)
  const memory = target.pid === undefined ? undefined : watchMemory(target.pid)
  const samplesMb = memory?.samplesMb ?? []
  const storm = own && openStorm(directory, durationSeconds, samplesMb, say)
  const script = join(SCRIPTS, `${scenario}.ts`)
  await progress(
    say,
    `${scenario} at ${rateAsText(scenario, rate)} for ${durationSeconds} s against ${target.url}`,
    target.whileUp(Promise.all([runK6(k6, script, handed, directory), storm?.rage()])),
  )
  memory?.stop()
  const asked = { scenario, target: `${where}`, rate, durationSeconds }
  const figures = JSON.parse(await readFile(handed.figures, 'utf8'))
  const report = reportOf(figures, asked, samplesMb, await storm?.verdicts())
  const text = textOf(report)
  await writeFile(join(directory, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
  await writeFile(join(directory, 'report.txt'), `${text}\n`)
  say(`\n${text}\nfigures and curves: ${relative(process.cwd(), directory)}/report.{txt,json,html}\n`)
  if (!report.passed) throw new Error(`${scenario} has not held`)
}

const peopleFor = (scenario: string, rate: number, durationSeconds: number): number => {
  // In a crowd each person talks to one other: an odd number would leave somebody alone.
  if (scenario === 'crowd') return rate + (rate % 2)
  return scenario === 'fan-mail' ? PEOPLE + rate * durationSeconds + STARS : PEOPLE
}

/** Messages of a load stay out of the keyspace of `npm start`. */
const openTarget = async (
  { scenario, target }: Pick<LoadRequest, 'scenario' | 'target'>,
  directory: string,
  say: Say,
  own?: OwnService,
): Promise<Target> => {
  if (target instanceof URL) return { url: target.origin, whileUp: (work) => work }
  const name = process.env['CQL_KEYSPACE'] || 'load'
  // Every operation is asked there, and one of them withdraws.
  const rules = { ...UNLIMITED, ...(scenario === 'smoke' && { WITHDRAWAL: 'on' }), ...own?.rules }
  const world = await openWorld(
    { name, directory, keys: KEYS, rules, database: emptyDatabase(own?.env) },
    say,
  )
  const start = async () => {
    if (target === 'serve') return world.serve('service')
    const log = createWriteStream(join(directory, 'service.log'))
    const emulator = await startEmulator(world.variables, 0, (line) => void log.write(`${line}\n`))
    world.watch(emulator)
    return emulator
  }
  const service = await progress(say, `starting the service (${target})`, start())
  return { url: service.url, pid: service.pid, whileUp: world.whileUp }
}

/** @throws Error when no service answers at the address, or when it does not know our people */
const refuseIfStrangers = async (url: string, [person]: Person[]) => {
  const page = `${url}/dialog/${person?.id}/list?limit=1`
  const headers = authorization(String(person?.token))
  const reply = await fetch(page, { headers, redirect: 'manual' }).catch((cause) => {
    throw new Error(`no service answers at ${url}`, { cause })
  })
  if (reply.status === 401)
    throw new Error(`${url} does not accept tokens of the key in ${KEYS}: start it by npm start, from here`)
  if (reply.status !== 200) throw new Error(`${url} answers ${reply.status} to a list: ${await reply.text()}`)
}
