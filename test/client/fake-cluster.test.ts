import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { a_fake_cluster } from '../fakes/fake-cluster.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'

describe('a fake cluster answers the service as a real one does:', () => {
  let cluster: Awaited<ReturnType<typeof a_fake_cluster>>
  let instance: ReturnType<(typeof cluster)['an_instance']>
  beforeAll(async () => {
    cluster = await a_fake_cluster({ nodes: 3 })
    instance = cluster.an_instance({ SENDS_PER_SECOND: '0' })
  })
  afterAll(() => cluster.close())

  dialogSentences(() => ({ ...instance, credentials: cluster.credentials, firstMessages: 100 }))
})

test('a fake cluster of 100 nodes with 256 tokens each serves, and counts its statements', async () => {
  const cluster = await a_fake_cluster({ nodes: 100, vnodes: 256 })
  const { service } = cluster.an_instance()
  const { alice, bob } = cluster
  then.it_succeeds(await when.they_send(service, alice, bob, 'hello'))
  await then.the_dialog_holds(service, alice, bob, ['hello'])
  const frames = cluster.nodes.reduce((sum, { counts }) => sum + (counts.frames.EXECUTE ?? 0), 0)
  expect(frames).toBeGreaterThanOrEqual(4)
  await cluster.close()
})
