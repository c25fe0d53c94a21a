import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, describe, expect, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import { a_command } from '../world/command.ts'
import { timed } from '../world/until.ts'

const ROOT = join(import.meta.dirname, '../..')
const { NODE_OPTIONS: _ours, ...ENV } = process.env

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
let closing = () => {}
afterEach(async () => {
  closing()
  await cluster.close()
})

describe('npm run serve', () => {
  test.each(['1', '2'])(
    'refuses to start, in %s processes, for a data centre that the cluster does not have, and names those that it has',
    async (workers) => {
      cluster = await a_fake_cluster({ nodes: 3, dataCenter: 'eu-west' })
      const variables = { PORT: '0', WORKERS: workers, CQL_LOCAL_DATA_CENTER: 'nowhere' }
      const serve = a_command(
        ['bin/serve.ts'],
        { ...ENV, ...cluster.variables, ...variables },
        process.execPath,
      )
      expect(await serve.ended).toBe(1)
      expect(serve.output()).toContain('CQL_LOCAL_DATA_CENTER: there is no nowhere, only eu-west')
      expect(serve.output()).not.toContain('listening')
    },
  )

  test('starts while the database does not answer: it may answer soon', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    await cluster.everyNode('silent')
    const serve = a_command(['bin/serve.ts'], { ...ENV, ...cluster.variables, PORT: '0' }, process.execPath)
    await serve.says('listening')
    serve.terminate()
    expect(await serve.ended).toBe(0)
  })
})

describe("a function's module", () => {
  const registrations = () =>
    cluster.nodes.reduce((sum, { counts }) => sum + (counts.frames.REGISTER ?? 0), 0)
  const load = (variables = {}) => {
    const script = "import('./functions/send-message.ts').then(() => process.exit())"
    const env = { ...ENV, ...cluster.variables, AWS_LAMBDA_FUNCTION_NAME: 'send', ...variables }
    return timed(promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT, env }))
  }

  test('has loaded once the database is connected', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    const before = registrations()
    for (const node of cluster.nodes) node.delay(50)
    await load()
    expect(registrations()).toBe(before + 1)
  })

  test('has loaded after some seconds while no address answers, however many there are', async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    const { tookMs: answeredMs } = await load()
    const { contactPoints, close } = await silent_addresses(100)
    closing = close
    // At best, six addresses are tried a second: without a bound this would take over fifteen. What the machine
    // needs to start Node is left out.
    expect((await load({ CQL_CONTACT_POINTS: contactPoints })).tookMs - answeredMs).toBeLessThan(8_000)
  })
})

/** They accept connections and say nothing. */
const silent_addresses = async (count: number) => {
  const servers = Array.from({ length: count }, () => createServer())
  const contactPoints = servers.map((server, index) => {
    server.listen(0, `127.0.1.${index + 1}`)
    return once(server, 'listening').then(() => {
      const { address, port } = server.address() as AddressInfo
      return `${address}:${port}`
    })
  })
  const close = () => {
    for (const server of servers) server.close()
  }
  return { contactPoints: (await Promise.all(contactPoints)).join(','), close }
}
