/** Sends and pages through `serve`, beside the driver alone doing the same statements. */
import { progress, type Say } from '../../dev/progress.ts'
import { alternate, medianOf, ratioOf, warmUp } from './contest.ts'
import { MOST_CALLERS } from './people.ts'
import type { Setting } from './setting.ts'

const CONNECTIONS = [1, 16, MOST_CALLERS]
const ROUNDS = 5
const SECONDS = 2

export const besideDriver = async ({ raw, serve }: Setting, say: Say) => {
  const service = await serve('serve')
  const all = [service.send, raw.send, service.page, raw.page]
  await progress(say, 'warming up', warmUp(all, MOST_CALLERS))
  say(`\n${ROUNDS} rounds of ${SECONDS} s, the two in turn: medians. All of it shares this machine.\n`)
  say(
    '| operation | connections | serve/s | driver/s | serve : driver | p50 ms | p99 ms | driver p50 | driver p99 |',
  )
  say('|---|---|---|---|---|---|---|---|---|')
  for (const operation of ['send', 'page'] as const) {
    for (const connections of CONNECTIONS) {
      const contestants = { serve: service[operation], driver: raw[operation] }
      const rounds = await alternate(contestants, connections, ROUNDS, SECONDS)
      const [ours, theirs] = [medianOf(rounds.serve), medianOf(rounds.driver)]
      const ratio = `${Math.round(ratioOf(rounds.serve, rounds.driver) * 100)} %`
      const rates = [ours, theirs].map(({ perSecond }) => Math.round(perSecond))
      const latencies = [ours, theirs].flatMap(({ p50Ms, p99Ms }) => [p50Ms.toFixed(2), p99Ms.toFixed(2)])
      say(`| ${[operation, connections, ...rates, ratio, ...latencies].join(' | ')} |`)
    }
  }
  const { health } = await alternate({ health: service.health }, MOST_CALLERS, ROUNDS, SECONDS)
  const { perSecond, p50Ms, p99Ms } = medianOf(health)
  say(
    `| health | ${MOST_CALLERS} | ${Math.round(perSecond)} | | | ${p50Ms.toFixed(2)} | ${p99Ms.toFixed(2)} | | |\n`,
  )
}
