import { afterEach, expect, test } from '@jest/globals'
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { migrate } from '../../lib/store/migrate.ts'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'

let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
afterEach(() => cluster.close())

test('a migration that fails says why, even if its lock cannot be released afterwards', async () => {
  cluster = await a_fake_cluster({ nodes: 3 })
  cluster.intercept(({ cql }) => (cql.startsWith('DELETE FROM schema_lock') ? 'refusal' : undefined))
  const broken = { version: 99, name: 'broken', statements: ['NONSENSE'], checksum: '' }
  const said: string[] = []
  const around = { owner: 'one', sleep: async () => undefined, say: (line: string) => void said.push(line) }
  const migrated = migrate(readDatabaseConfig(cluster.variables), [broken], around)
  await expect(migrated).rejects.toThrow('not understood: NONSENSE')
  expect(said.join('\n')).toContain('could not be released')
})
