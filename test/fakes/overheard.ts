/** Records the secrets that callers send to a service, which must not appear anywhere else, and its replies. */
import type { HttpReply, Service } from '../world/service.ts'

/** Shorter texts may be in a log by coincidence. */
const SECRET_MIN_CHARACTERS = 8

export const overheard = (service: Service) => {
  const credentials = new Set<string>()
  const words = new Set<string>()
  const refusals: HttpReply[] = []
  const successes: HttpReply[] = []
  const keep = (into: Set<string>, secret: unknown) => {
    if (typeof secret === 'string' && secret.length >= SECRET_MIN_CHARACTERS) into.add(secret)
  }
  const listening: Service = async (call) => {
    const { authorization, ...headers } = call.headers ?? {}
    for (const part of String(authorization ?? '').split(/[ .]/)) keep(credentials, part)
    keep(words, headers['Idempotency-Key'])
    for (const text of /"text":\s*"([^"\\]*)/.exec(String(call.body ?? ''))?.slice(1) ?? []) keep(words, text)
    const reply = await service(call)
    ;(reply.status === 200 ? successes : refusals).push(reply)
    return reply
  }
  return { service: listening, credentials, words, refusals, successes }
}
