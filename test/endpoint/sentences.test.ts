import { beforeAll, describe } from '@jest/globals'
import { EVENT_KINDS } from '../steps/events.ts'
import * as given from '../steps/given.ts'
import { dialogSentences } from '../steps/sentences.ts'
import { inProcess, type Service } from '../steps/service.ts'

describe.each(EVENT_KINDS)('in process, on the in-memory port, by events of %s', (kind) => {
  let service: Service
  let credentials: given.Credentials

  beforeAll(async () => {
    const provider = await given.an_identity_provider()
    credentials = provider.credentials
    service = inProcess(given.a_service_in_memory(provider.auth), kind)
  })

  dialogSentences(() => ({ service, credentials, firstMessages: 100 }))
})
