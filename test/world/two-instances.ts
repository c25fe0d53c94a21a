/** Two instances of `npm run serve` on one database, each behind an address that stays when the instance is gone. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateTo } from '../../bin/migrate.ts'
import { localAccountsVariables } from '../../dev/keys.ts'
import { startServing } from '../../dev/serving.ts'
import { a_silent_proxy } from '../fakes/silent-proxy.ts'
import { a_keyspace } from './keyspace.ts'

export const two_instances = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'instances-'))
  const variables = {
    ...a_keyspace().variables,
    ...(await localAccountsVariables(directory)),
    PUSH: 'on',
    PEER_SECRET: randomUUID(),
  }
  await migrateTo({ ...process.env, ...variables }, () => undefined)
  const one = await an_instance(variables, join(directory, 'one.log'))
  const other = await an_instance(variables, join(directory, 'other.log'))
  return {
    one: one.url,
    other: other.url,
    /** Without a word to anybody. */
    killOther: other.kill,
    leadOtherToOne: () => other.front.leadTo(one.port),
    stop: async () => {
      await Promise.all([one.stop(), other.stop()])
      await rm(directory, { recursive: true })
    },
  }
}

const an_instance = async (variables: Record<string, string>, log: string) => {
  const serving = await startServing(variables, 0, log)
  const port = Number(new URL(serving.url).port)
  const front = await a_silent_proxy(port)
  return {
    url: `http://127.0.0.1:${front.port}`,
    port,
    front,
    kill: async () => {
      process.kill(serving.pid, 'SIGKILL')
      await serving.ended
    },
    stop: async () => {
      await front.close()
      await serving.stop()
    },
  }
}
