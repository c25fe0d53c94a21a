/**
 * A fake cluster as a process: `node test/fakes/cql/command.ts [nodes] [tokens of each]`. Its first line on standard
 * output is the environment in which the service finds it, as JSON. It then executes lines of standard input (`all silent`,
 * `2 dead`, `all delay 40`, `counts`), answers each with a line of JSON, and ends at the end of its input.
 */
import { createInterface } from 'node:readline'
import { migrateTo } from '../../../bin/migrate.ts'
import { openCluster } from './cluster.ts'
import { BEHAVIOURS, type Behaviour } from './respond.ts'

const [nodes = '3', vnodes = '16'] = process.argv.slice(2)
const tell = (answer: unknown) => process.stdout.write(`${JSON.stringify(answer)}\n`)

const cluster = await openCluster({ nodes: Number(nodes), vnodes: Number(vnodes) })
const variables = { ...cluster.variables, CQL_KEYSPACE: 'dialogs' }
await migrateTo(variables, () => undefined)
tell(variables)

const isBehaviour = (word: string): word is Behaviour => (BEHAVIOURS as readonly string[]).includes(word)

const obey = async (line: string): Promise<unknown> => {
  const [whom = '', what = '', value = ''] = line.trim().split(/\s+/)
  if (whom === 'counts')
    return cluster.nodes.map(({ address, counts, openConnections }) => ({
      address,
      ...counts,
      open: openConnections(),
    }))
  const meant = cluster.nodes.filter((_, index) => whom === 'all' || whom === String(index + 1))
  if (meant.length === 0) return { error: `no node ${whom}` }
  if (what === 'delay') for (const node of meant) node.delay(Number(value))
  else if (isBehaviour(what)) await Promise.all(meant.map((node) => node.behave(what)))
  else return { error: `no behaviour ${what}` }
  return {}
}

for await (const line of createInterface({ input: process.stdin })) tell(await obey(line))
await cluster.close()
