import { afterAll, beforeAll, describe } from '@jest/globals'
import { migrateTo } from '../../bin/migrate.ts'
import { startCall } from '../../lib/call.ts'
import { storeOn } from '../../lib/store/open.ts'
import { connect, type Database } from '../../lib/store/scylla/connect.ts'
import type { Engine } from '../sentences/engine.ts'
import { storeSentences } from '../sentences/store.ts'
import { a_keyspace } from '../world/keyspace.ts'

const CLAIM_FOR_A_SECOND = `INSERT INTO send_claims (sender_id, idempotency_key, fingerprint, message_id, bucket)
  VALUES (?, ?, ?, ?, ?) IF NOT EXISTS USING TTL 1`

describe('the store on a real database:', () => {
  const { variables, config } = a_keyspace()
  let database: Database
  let engine: Engine

  beforeAll(async () => {
    await migrateTo({ ...process.env, ...variables }, () => undefined)
    database = await connect(config, config.keyspace)
    engine = {
      storeFor: (call) => storeOn(database.within(call)),
      an_expired_claim: async (sender, key, { fingerprint, id, bucket }) => {
        await database.throughOneCoordinator()(CLAIM_FOR_A_SECOND, [sender, key, fingerprint, id, bucket])
        while (await engine.storeFor(startCall(5_000)).readClaim(sender, key));
      },
      until: async (isSo) => {
        while (!(await isSo()));
      },
    }
  })
  afterAll(() => database.close())

  storeSentences(() => engine)
})
