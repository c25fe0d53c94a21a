import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { freeBlock } from '../../lab/cluster/place.ts'
import { a_command, processes_of } from '../world/command.ts'

const ELSEWHERE = join(import.meta.dirname, '../world/cluster-elsewhere.ts')
const LONGEST_MS = 600_000

describe('npm run lab -- cluster', () => {
  let directory: string
  let block: string
  const begun: ReturnType<typeof a_command>[] = []

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dialogs-cluster-'))
    block = await freeBlock(2)
  })
  afterAll(async () => {
    for (const command of begun) command.terminate()
    await Promise.all(begun.map(({ ended }) => ended))
    await cluster('down').ended
    await rm(directory, { recursive: true, force: true })
  })

  /** The command with other addresses and another directory, since a developer's cluster may use the usual ones. */
  const cluster = (...args: string[]) => {
    const all = [ELSEWHERE, block, join(directory, 'cluster'), ...args]
    const command = a_command(all, process.env, process.execPath)
    begun.push(command)
    return command
  }
  const says = async (...args: string[]) => {
    const command = cluster(...args)
    const code = await command.ended
    return { code, output: command.output() }
  }
  const refusal = (line: string) => ({ code: 1, output: `error: ${line}` })
  /** The state of each node, as status prints it. */
  const states = async () => {
    const { code, output } = await says('status')
    expect(code).toBe(0)
    return output
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s+/)[2])
  }
  const nodes = () => processes_of(`-Dcassandra.storagedir=${directory}`)

  test('refuses, in one line, what it cannot do without a cluster', async () => {
    expect(await says('kill', '1')).toEqual(refusal('there is no cluster: up first'))
    expect(await says('down')).toEqual({ code: 0, output: 'there was no cluster' })
    expect(await says('status')).toEqual({ code: 0, output: 'there is no cluster' })
    const command = a_command(['run', '--silent', 'lab', '--', 'cluster', 'restart'], process.env)
    expect(await command.ended).toBe(1)
    expect(command.output()).toMatch(
      /^error: restart is nothing to ask\nusage: npm run lab -- cluster up <nodes>.*$/,
    )
  })

  test(
    'interrupted while the nodes start, leaves nothing behind',
    async () => {
      const attempt = cluster('up', '2')
      await attempt.says('starting node 2')
      while ((await nodes()).length < 2);
      const { code, output } = await says('down')
      expect(code).toBe(1)
      expect(output).toMatch(/^error: up 2 \(process \d+\) is at work on the cluster$/)
      attempt.interrupt()
      expect(await attempt.ended).toBe(130)
      expect(attempt.output()).toMatch(/stopping \.\.\.\s+stopped$/)
      expect(await nodes()).toEqual([])
      expect(await says('status')).toEqual({ code: 0, output: 'there is no cluster' })
    },
    LONGEST_MS,
  )

  test(
    'starts nodes that outlive it, kills one and starts it again on its data, pauses one, and stops them all',
    async () => {
      const { code, output } = await says('up', '2')
      expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('2 nodes are up') })
      expect(output).toContain(`CQL_CONTACT_POINTS=${block}.1,${block}.2 `)
      expect(await nodes()).toHaveLength(2)
      expect((await says('status')).output).toMatch(
        /^node .*\n1 +\S+\.1 +up +4 +50\.0 % .* 0 +0\n2 +\S+\.2 +up +4 +50\.0 % .* 0 +0$/,
      )
      expect(await says('up', '2')).toEqual(
        refusal('there is a cluster already (node 1 up, node 2 up): down first'),
      )

      expect((await says('kill', '1')).code).toBe(0)
      expect(await nodes()).toHaveLength(1)
      expect(await states()).toEqual(['down', 'up'])
      expect(await says('kill', '1')).toEqual(refusal('node 1 is down'))
      expect(await says('add')).toEqual(refusal('a node joins when all others are up: node 1 down'))
      expect((await says('start', '1')).code).toBe(0)
      expect((await says('pause', '2')).code).toBe(0)
      expect(await states()).toEqual(['up', 'paused'])
      expect((await says('resume', '2')).code).toBe(0)
      expect(await states()).toEqual(['up', 'up'])

      expect((await says('pause', '2')).code).toBe(0)
      expect(await says('down')).toEqual({
        code: 0,
        output: '2 nodes are stopped, and their data is deleted',
      })
      expect(await nodes()).toEqual([])
      expect(existsSync(join(directory, 'cluster'))).toBe(false)
    },
    LONGEST_MS,
  )
})
