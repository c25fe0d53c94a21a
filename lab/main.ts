/** `npm run lab -- <command> ...`: the evidence. README.md beside this file says what each command shows. */
import { fail } from '../bin/fail.ts'
import { runToTheEnd } from '../dev/ending.ts'
import type { Say } from '../dev/progress.ts'

/** A command gets its own arguments. @throws Error for a person, with the usage when the arguments are wrong */
type Command = (args: string[], say: Say) => Promise<void>

const COMMANDS: Record<string, () => Promise<Command>> = {
  bench: async () => (await import('./bench/main.ts')).bench,
  cluster: async () => (await import('./cluster/main.ts')).cluster,
  contract: async () => (await import('./contract/main.ts')).contract,
  dashboards: async () => (await import('./dashboards/main.ts')).dashboards,
  load: async () => (await import('./load/main.ts')).load,
  prove: async () => (await import('./experiments/main.ts')).prove,
  report: async () => (await import('./experiments/report/main.ts')).report,
  ring: async () => (await import('./ring/main.ts')).ring,
  size: async () => (await import('./lambda/size.ts')).size,
}
const INTERRUPTED = 130
const say = (line: string) => console.log(line)

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? await COMMANDS[name]?.() : undefined
if (!command) fail(new Error(`usage: npm run lab -- ${Object.keys(COMMANDS).join(' | ')}`))
else await runToTheEnd(() => command(args, say), INTERRUPTED, say)
