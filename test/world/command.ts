/** A command as a person runs it, usually with npm: its output and how it ends. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

/** Starts the command in a process group of its own, which gets Ctrl-C as a whole. */
export const a_command = (args: string[], env: NodeJS.ProcessEnv, program = 'npm') => {
  const child: ChildProcess = spawn(program, args, { cwd: ROOT, env, detached: true })
  let output = ''
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const says = (words: string) =>
    new Promise<string>((resolve, reject) => {
      const look = () => output.includes(words) && resolve(output)
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', look)
      ended.then(() =>
        output.includes(words) ? resolve(output) : reject(new Error(`never said ${words}:\n${output}`)),
      )
      look()
    })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const terminate = () => void child.kill('SIGTERM')
  const interrupt = () => process.kill(-(child.pid as number), 'SIGINT')
  return { ended, says, interrupt, terminate, output: () => output.trim() }
}

/** The command lines of the processes that mention this directory. */
export const processes_of = async (directory: string): Promise<string[]> => {
  const { stdout } = await run('ps', ['-ww', '-A', '-o', 'args='])
  return stdout.split('\n').filter((line) => line.includes(directory))
}
