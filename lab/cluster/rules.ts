/** The requests of `npm run lab -- cluster`, and which of them each state of the cluster allows. */
import type { Seen, State } from './status.ts'

/** The most that fit on a development machine: each node takes about 900 MB. */
const MOST_NODES = 9
const PLAIN = ['add', 'status', 'down'] as const
const ON_A_NODE = ['kill', 'start', 'pause', 'resume', 'remove'] as const

export type Request =
  | { action: 'up'; nodes: number }
  | { action: (typeof ON_A_NODE)[number]; node: number }
  | { action: 'add' }
  | { action: 'status' }
  | { action: 'down' }

const USAGE = `usage: npm run lab -- cluster up <nodes> | add | status | down | ${ON_A_NODE.join('|')} <node>`

/** @throws Error with the usage */
export const readRequest = ([action = '', ...parameters]: string[]): Request => {
  const [number, ...others] = parameters
  if (action === 'up' && others.length === 0)
    return { action, nodes: numberIn(number, `up takes how many nodes, 1 to ${MOST_NODES}`) }
  for (const name of ON_A_NODE)
    if (name === action && others.length === 0)
      return { action: name, node: numberIn(number, `${name} takes the number of a node`) }
  for (const name of PLAIN) if (name === action && parameters.length === 0) return { action: name }
  throw refusal(`${[action, ...parameters].join(' ') || 'nothing'} is nothing to ask`)
}

const numberIn = (text: string | undefined, otherwise: string): number => {
  if (text && /^[1-9]$/.test(text)) return Number(text)
  throw refusal(otherwise)
}

const refusal = (message: string) => new Error(`${message}\n${USAGE}`)

type Node = Pick<Seen, 'node' | 'state'>

const ALLOWED: Record<'kill' | 'start' | 'pause' | 'resume' | 'remove', State[]> = {
  kill: ['up', 'starting', 'joining', 'leaving', 'paused'],
  start: ['down'],
  pause: ['up', 'starting', 'joining', 'leaving'],
  resume: ['paused'],
  remove: ['up', 'leaving'],
}
const INSTEAD: Partial<Record<State, string>> = {
  down: 'start it first',
  paused: 'resume it first',
  unfinished: 'the next add starts afresh',
}

/** @throws Error in one line when the state of the cluster does not allow the request */
export const refuse = (request: Request, nodes: Node[]): void => {
  const refusal = refusalOf(request, nodes)
  if (refusal) throw new Error(refusal)
}

const refusalOf = (request: Request, nodes: Node[]): string | undefined => {
  if (request.action === 'status' || request.action === 'down') return undefined
  if (request.action === 'up')
    return nodes.length > 0 ? `there is a cluster already (${listed(nodes)}): down first` : undefined
  if (nodes.length === 0) return 'there is no cluster: up first'
  return request.action === 'add' ? refusalOfAdd(nodes) : refusalOn(request, nodes)
}

/** A new node takes data over from its owners, so none may be missing. */
const refusalOfAdd = (nodes: Node[]): string | undefined => {
  const missing = nodes.filter(({ state }) => state !== 'up' && state !== 'unfinished')
  return missing.length > 0 ? `a node joins when all others are up: ${listed(missing)}` : undefined
}

const refusalOn = (
  { action, node }: { action: keyof typeof ALLOWED; node: number },
  nodes: Node[],
): string | undefined => {
  const state = nodes.find((one) => one.node === node)?.state
  if (!state) return `there is no node ${node}: ${listed(nodes)}`
  if (ALLOWED[action].includes(state)) return refusalOfRemove(action, nodes)
  const instead = ALLOWED.start.includes(state) && action === 'kill' ? undefined : INSTEAD[state]
  return `node ${node} is ${state}${instead ? `: ${instead}` : ''}`
}

const refusalOfRemove = (action: keyof typeof ALLOWED, nodes: Node[]): string | undefined =>
  action === 'remove' && nodes.length === 1 ? 'the last node goes with the cluster: down' : undefined

const listed = (nodes: Node[]) => nodes.map(({ node, state }) => `node ${node} ${state}`).join(', ')
