/** `npm run check`: the gate. Runs every `check:*` script, two at a time in their order, and fails if one of them does. */
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const AT_ONCE = 2
const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
// Their order in package.json: the longest first, so that nothing waits for it alone.
const names = Object.keys(scripts).filter((name) => name.startsWith('check:'))
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`

const run = (name: string) =>
  new Promise<boolean>((resolve) => {
    const began = performance.now()
    const child = spawn('npm', ['run', '--silent', name], { stdio: ['ignore', 'pipe', 'pipe'] })
    const output: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk))
    child.once('close', (code) => {
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds(began)})`)
      if (code !== 0) console.log(Buffer.concat(output).toString())
      resolve(code === 0)
    })
  })

const began = performance.now()
const results: boolean[] = []
const worker = async () => {
  for (let name = names.shift(); name; name = names.shift()) results.push(await run(name))
}
await Promise.all(Array.from({ length: AT_ONCE }, worker))
const failed = results.filter((passed) => !passed).length
console.log(`${results.length - failed} of ${results.length} checks passed in ${seconds(began)}`)
process.exit(failed === 0 ? 0 : 1)
