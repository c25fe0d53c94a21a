/** The requests of `npm run lab -- load`. */
import { parseArgs } from 'node:util'
import { isLoopback } from '../../dev/loopback.ts'

type Scenario = { rate: number; unit?: 'people'; durationSeconds: number }

/**
 * By the name of the file in scenarios/, with defaults that two cores can bear that carry the database, the service and k6.
 */
export const SCENARIOS: Record<string, Scenario> = {
  smoke: { rate: 1, durationSeconds: 20 },
  mixed: { rate: 10, durationSeconds: 60 },
  spike: { rate: 5, durationSeconds: 80 },
  soak: { rate: 5, durationSeconds: 600 },
  overload: { rate: 100, durationSeconds: 60 },
  breakpoint: { rate: 500, durationSeconds: 120 },
  town: { rate: 40, durationSeconds: 60 },
  celebrity: { rate: 40, durationSeconds: 60 },
  'fan-mail': { rate: 40, durationSeconds: 60 },
  torrent: { rate: 40, durationSeconds: 60 },
  inbox: { rate: 10, durationSeconds: 60 },
  history: { rate: 20, durationSeconds: 60 },
  crowd: { rate: 100, unit: 'people', durationSeconds: 30 },
}

/** @param rate as `--rate` has it */
export const rateAsText = (scenario: string, rate: number): string =>
  `${rate} ${SCENARIOS[scenario]?.unit ?? 'visits/s'}`

const RATE_LIMIT = 10_000
/** Tokens are valid for twelve hours. */
const DURATION_LIMIT_SECONDS = 10 * 3_600
/** In less time, its database would not stall once. */
const OVERLOAD_LEAST_SECONDS = 30
const SECONDS = { s: 1, m: 60, h: 3_600 }

export type LoadRequest = Scenario & { scenario: string; target: 'emulator' | 'serve' | URL }

const USAGE = `usage: npm run lab -- load <scenario> [--target emulator|serve|http://127.0.0.1:3000] [--rate 20] [--duration 30s]
scenarios: ${Object.keys(SCENARIOS).join(', ')} (lab/load/README.md)`

/** @throws Error with the usage */
export const readRequest = (args: string[]): LoadRequest => {
  const { positionals, values } = parse(args)
  const [scenario = '', ...others] = positionals
  const defaults = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario] : undefined
  if (!defaults || others.length > 0) throw refusal(`${positionals.join(' ') || 'nothing'} is no scenario`)
  const target = targetOf(values.target)
  if (scenario === 'overload' && target !== 'serve')
    throw refusal('overload starts a service and a database of its own: --target cannot be another')
  const rate = values.rate === undefined ? defaults.rate : rateOf(values.rate)
  const durationSeconds =
    values.duration === undefined ? defaults.durationSeconds : durationSecondsOf(values.duration)
  if (scenario === 'overload' && durationSeconds < OVERLOAD_LEAST_SECONDS)
    throw refusal(`overload takes a --duration of ${OVERLOAD_LEAST_SECONDS}s or more`)
  return { scenario, target, rate, durationSeconds }
}

const parse = (args: string[]) => {
  const text = { type: 'string' as const }
  const options = { target: { ...text, default: 'serve' }, rate: text, duration: text }
  try {
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw refusal((error as Error).message)
  }
}

const rateOf = (text: string): number => {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= RATE_LIMIT) return Number(text)
  throw refusal(`--rate must be a whole number from 1 to ${RATE_LIMIT} a second`)
}

const durationSecondsOf = (text: string): number => {
  const [, amount, unit] = /^([1-9]\d{0,5})([smh])$/.exec(text) ?? []
  const seconds = Number(amount) * SECONDS[unit as keyof typeof SECONDS]
  if (seconds >= 10 && seconds <= DURATION_LIMIT_SECONDS) return seconds
  throw refusal('--duration must be from 10s to 10h, like 90s, 10m or 2h')
}

/** Load goes to this machine only: the owner of another machine has not agreed to it. */
const targetOf = (text: string): LoadRequest['target'] => {
  if (text === 'emulator' || text === 'serve') return text
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' || !isLoopback(url.hostname) || `${url.origin}/` !== url.href)
    throw refusal(
      `--target must be emulator, serve, or the http address of a service on this machine, not ${text}`,
    )
  return url
}

const refusal = (message: string) => new Error(`${message}\n${USAGE}`)
