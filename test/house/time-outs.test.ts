import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { cassandraYaml } from '../../dev/database/cassandra/configuration.ts'
import { STATEMENT_MS } from '../../lib/store/scylla/options.ts'

const ROOT = join(import.meta.dirname, '../..')

test('our nodes give a statement up before the service does, since nobody waits for it after that', () => {
  const node = { directory: '/d', address: '127.0.0.1', nativePort: 9042, storagePort: 7000 }
  const yaml = parse(cassandraYaml(node))
  const names = ['read_request_timeout', 'write_request_timeout', 'cas_contention_timeout']
  for (const name of names) expect(Number.parseInt(yaml[name], 10)).toBeLessThan(STATEMENT_MS)
  // What waits in the queue is never refused there: docs/decisions/0032.
  expect(yaml).toMatchObject({ cql_start_time: 'QUEUE', native_transport_timeout: '1h' })
  const { services } = parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true })
  const commands = Object.entries<{ command: string }>(services).filter(([name]) => name.startsWith('scylla'))
  expect(commands).toHaveLength(5)
  for (const [, { command }] of commands) {
    for (const name of names) {
      const [, ms] = new RegExp(`--${name.replaceAll('_', '-')}-in-ms (\\d+)`).exec(command) ?? []
      expect(Number(ms)).toBeLessThan(STATEMENT_MS)
    }
  }
})
