import { beforeAll, describe } from '@jest/globals'
import { EVENT_KINDS } from '../fakes/events.ts'
import { dialogSentences } from '../sentences/dialog.ts'
import * as given from '../sentences/given.ts'
import { inProcess, type Service } from '../world/service.ts'

describe.each(EVENT_KINDS)('in process, on the in-memory port, through events of %s', (kind) => {
  let service: Service
  let credentials: given.Credentials

  beforeAll(async () => {
    const provider = await given.an_identity_provider()
    credentials = provider.credentials
    service = inProcess(given.a_service_in_memory(provider.auth), kind)
  })

  dialogSentences(() => ({ service, credentials, firstMessages: 100 }))
})
