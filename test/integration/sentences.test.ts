import { afterAll, beforeAll, describe } from '@jest/globals'
import { dialogSentences } from '../sentences/dialog.ts'
import { a_service_on_the_database } from '../world/keyspace.ts'

describe('in process, on a real CQL database', () => {
  let setting: Awaited<ReturnType<typeof a_service_on_the_database>>

  beforeAll(async () => {
    setting = await a_service_on_the_database()
  })
  afterAll(() => setting.close())

  dialogSentences(() => ({ ...setting, firstMessages: 100 }))
})
