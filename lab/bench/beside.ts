/** Sends and pages through `serve`: beside the driver alone, beside another commit, or profiled. */
import { execFile } from 'node:child_process'
import { readdir, readFile, symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { rollup, sum } from 'd3-array'
import { atEnd } from '../../dev/process.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { table } from '../kit/tables.ts'
import { ONE_BUCKET } from '../kit/world.ts'
import { alternate, latenciesOf, measure, medianOf, rateOf, ratioOf, warmUp } from './contest.ts'
import { MOST_CALLERS, type Setting } from './setting.ts'

const ROOT = join(import.meta.dirname, '../..')
const CONNECTIONS = [1, 16, MOST_CALLERS]
const run = promisify(execFile)

/** The driver executes the same statements. */
export const besideDriver = async ({ raw, serve }: Setting, say: Say) => {
  const [rounds, seconds] = [5, 2]
  const service = await serve('serve')
  const all = [service.send, raw.send, service.page, raw.page]
  await progress(say, 'warming up', warmUp(all, MOST_CALLERS))
  const rows: (string | number)[][] = []
  for (const operation of ['send', 'page'] as const)
    for (const connections of CONNECTIONS) {
      const contestants = { serve: service[operation], driver: raw[operation] }
      const contest = alternate(contestants, connections, rounds, seconds)
      const found = await progress(say, `${operation}, ${connections} connections`, contest)
      const [ours, theirs] = [medianOf(found.serve), medianOf(found.driver)]
      const ratio = `${Math.round(ratioOf(found.serve, found.driver) * 100)} %`
      const latencies = [...latenciesOf(ours), ...latenciesOf(theirs)]
      rows.push([operation, connections, rateOf(ours), rateOf(theirs), ratio, ...latencies])
    }
  const { health } = await alternate({ health: service.health }, MOST_CALLERS, rounds, seconds)
  const alive = medianOf(health)
  rows.push(['health', MOST_CALLERS, rateOf(alive), '', '', ...latenciesOf(alive), '', ''])
  say(`\n${rounds} rounds of ${seconds} s, the two in turn: medians. All of it shares this machine.\n`)
  const rates = ['operation', 'connections', 'serve/s', 'driver/s', 'serve : driver']
  say(`${table([...rates, 'p50 ms', 'p99 ms', 'driver p50', 'driver p99'], rows)}\n`)
}

/** Each partner of a sender was written to within the last second now and then: such sends do not read the index. */
const OPERATIONS = { send: 'send', 'first send': 'firstSend', page: 'page', health: 'health' } as const

/** This working tree beside another commit of it, each through its own `serve` on the same database. */
export const besideCommit = async (ref: string, { directory, serve }: Setting, say: Say) => {
  const [rounds, seconds] = [10, 3]
  // They share dialogs, and a commit from before time buckets refuses a dialog in which the other has opened some.
  const here = await serve('here', ROOT, ONE_BUCKET)
  const there = await serve('there', await worktreeOf(ref, directory), ONE_BUCKET)
  await progress(say, 'warming up', warmUp([here.send, there.send, here.page, there.page], MOST_CALLERS))
  const rows: (string | number)[][] = []
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    const contestants = { here: here[operation], there: there[operation] }
    const found = await progress(say, name, alternate(contestants, MOST_CALLERS, rounds, seconds))
    const rates = [found.here, found.there].map((figures) => rateOf(medianOf(figures)))
    rows.push([name, ...rates, ratioOf(found.here, found.there).toFixed(2)])
  }
  say(`\n${rounds} rounds of ${seconds} s at ${MOST_CALLERS} connections, the two in turn: medians.\n`)
  say(table(['operation', 'here/s', `${ref}/s`, `here : ${ref}`], rows))
}

/** With the packages of this tree, so that only our own code is compared. */
export const worktreeOf = async (ref: string, directory: string): Promise<string> => {
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

/** As V8 writes it: times in microseconds between samples, each sample the id of the node that ran. */
type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[]
  samples: number[]
  timeDeltas: number[]
}

/** V8's CPU profile of `serve` under sends and pages, summed up by module. */
export const profile = async ({ directory, serve }: Setting, say: Say) => {
  const [seconds, shownFromPercent] = [15, 0.5]
  for (const operation of ['send', 'page'] as const) {
    const profiles = join(directory, operation)
    const service = await serve(operation, ROOT, { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` })
    await warmUp([service[operation]], MOST_CALLERS)
    const figures = await measure(service[operation], MOST_CALLERS, seconds)
    await service.stop()
    const [file] = await readdir(profiles)
    const byModule = timeByModule(JSON.parse(await readFile(join(profiles, String(file)), 'utf8')))
    const total = sum(byModule.values())
    const rows = [...byModule]
      .map(([module, time]) => ({ module, percent: (time / total) * 100 }))
      .filter(({ percent }) => percent >= shownFromPercent)
      .sort((one, other) => other.percent - one.percent)
    say(`\n${operation}: ${rateOf(figures)}/s while profiled, at ${MOST_CALLERS} connections\n`)
    say(
      table(
        ['module', '% of busy time'],
        rows.map(({ module, percent }) => [module, percent.toFixed(1)]),
      ),
    )
  }
}

const timeByModule = ({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> => {
  const modules = new Map(nodes.map(({ id, callFrame }) => [id, moduleOf(callFrame)]))
  const times = samples.map((id, index) => ({
    module: modules.get(id) ?? '(unknown)',
    us: timeDeltas[index] ?? 0,
  }))
  return rollup(
    times.filter(({ module }) => module !== '(idle)'),
    (own) => sum(own, ({ us }) => us),
    ({ module }) => module,
  )
}

/** A package, ours or another, a part of Node, or V8's own word: (program) is native code, system calls included. */
const moduleOf = ({ functionName, url }: { functionName: string; url: string }): string => {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)'
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  const path = relative(ROOT, new URL(url).pathname)
  return /node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path
}
