/** What a person may ask of `npm run lab -- cluster`, and what is refused for how it is asked. */

/** So many fit on a machine for development: each takes about 900 MB. */
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
