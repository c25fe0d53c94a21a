/** `npm run lab -- <command> ...`: the evidence, command by command. README.md beside this file tells what each is for. */
import { fail } from '../bin/fail.ts'

const COMMANDS: Record<string, () => Promise<unknown>> = {
  bench: () => import('./bench/main.ts'),
  cluster: () => import('./cluster/main.ts'),
  contract: () => import('./contract/main.ts'),
  load: () => import('./load/main.ts'),
  prove: () => import('./experiments/main.ts'),
  report: () => import('./experiments/report/main.ts'),
  ring: () => import('./ring/main.ts'),
  size: () => import('./lambda/size.ts'),
}

// What follows the command is the command's own.
const [name = ''] = process.argv.splice(2, 1)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (!command) fail(new Error(`usage: npm run lab -- ${Object.keys(COMMANDS).join(' | ')}`))
else await command()
