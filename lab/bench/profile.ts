/** Where the processor's time of `serve` goes under sends and pages: V8's CPU profile, summed up by module. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Say } from '../../dev/progress.ts'
import { measure, warmUp } from './contest.ts'
import { MOST_CALLERS } from './people.ts'
import type { Setting } from './setting.ts'

const ROOT = join(import.meta.dirname, '../..')
const SECONDS = 15
const SHOWN_FROM_PERCENT = 0.5

/** As V8 writes it: times in microseconds between samples, each sample the id of the node that ran. */
type CpuProfile = {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[]
  samples: number[]
  timeDeltas: number[]
}

export const profile = async ({ directory, serve }: Setting, say: Say) => {
  for (const operation of ['send', 'page'] as const) {
    const profiles = join(directory, operation)
    const service = await serve(operation, ROOT, { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profiles}` })
    await warmUp([service[operation]], MOST_CALLERS)
    const { perSecond } = await measure(service[operation], MOST_CALLERS, SECONDS)
    await service.stop()
    const [file] = await readdir(profiles)
    const byModule = timeByModule(JSON.parse(await readFile(join(profiles, String(file)), 'utf8')))
    const total = [...byModule.values()].reduce((sum, time) => sum + time, 0)
    say(`\n${operation}: ${Math.round(perSecond)}/s while profiled, at ${MOST_CALLERS} connections\n`)
    say('| module | % of busy time |\n|---|---|')
    for (const [module, time] of [...byModule].toSorted(([, a], [, b]) => b - a)) {
      const percent = (time / total) * 100
      if (percent >= SHOWN_FROM_PERCENT) say(`| ${module} | ${percent.toFixed(1)} |`)
    }
  }
}

const timeByModule = ({ nodes, samples, timeDeltas }: CpuProfile): Map<string, number> => {
  const modules = new Map(nodes.map(({ id, callFrame }) => [id, moduleOf(callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of samples.entries()) {
    const module = modules.get(id) ?? '(unknown)'
    if (module !== '(idle)') times.set(module, (times.get(module) ?? 0) + (timeDeltas[index] ?? 0))
  }
  return times
}

/** A package of ours or of others, a part of Node, or V8's own word: (program) is native code, system calls included. */
const moduleOf = ({ functionName, url }: { functionName: string; url: string }): string => {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)'
  if (url.startsWith('node:')) return url.split('/').slice(0, 2).join('/')
  const path = relative(ROOT, new URL(url).pathname)
  return /node_modules\/((@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? path
}
