/** A function in a plain Node process, with nothing but the unpacked archive. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Archive } from '../../lab/lambda/archives.ts'
import type { HttpResponse } from '../../lib/http/exchange.ts'
import { a_logged_process } from './logged-process.ts'

const LOADER = `import(process.argv[1]).then(({ handler }) => {
  process.on('message', async ({ id, event }) => process.send({ id, response: await handler(event, {}) }))
  process.send({ id: 'loaded' })
})`

export const a_plain_process = async (archive: Archive, variables: Record<string, string>) => {
  const bundle = join(archive.directory, archive.handler.replace(/\.\w+$/, '.mjs'))
  const { child, orEnd, logged, stop } = await a_logged_process(['-e', LOADER, bundle], {
    cwd: archive.directory,
    env: { ...archive.environment, ...variables },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  const answers = new Map<string, (response: HttpResponse) => void>()
  child.on('message', ({ id, response }: { id: string; response: HttpResponse }) =>
    answers.get(id)?.(response),
  )
  const answer = (id: string) => orEnd(new Promise<HttpResponse>((resolve) => answers.set(id, resolve)))
  await answer('loaded')
  return {
    handler: (event: unknown) => {
      const id = randomUUID()
      child.send({ id, event })
      return answer(id)
    },
    logged,
    stop,
  }
}
