/** What may be asked of a cluster in which state, and what is said when it may not. */
import type { Seen, State } from './look.ts'
import type { Request } from './request.ts'

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

/** @throws Error in one line when this is not the time for it */
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

/** Data is taken over from its owners: none may be missing. */
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
