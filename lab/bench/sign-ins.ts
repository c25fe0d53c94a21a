/** Sign-ins a second, and what they do to everybody else: how long a token's verification takes beside them. */
import { randomBytes } from 'node:crypto'
import { setImmediate as turn } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { localToken } from '../../dev/keys.ts'
import { progress, type Say } from '../../dev/progress.ts'
import { passwords } from '../../lib/accounts/password.ts'
import { readConfig } from '../../lib/config/config.ts'
import { tokenVerifier } from '../../lib/http/token.ts'
import { usageOf } from '../kit/processes.ts'
import { table } from '../kit/tables.ts'
import { ownAccounts, type World } from '../kit/world.ts'
import { latenciesOf, measure } from './contest.ts'

const PASSWORD = 'correct horse battery'
const SECONDS = 10
const PEOPLE = 16
/** As many hashes are computed at once; those who come beyond are refused. */
const CALLERS = 2
/** More than are verified in the time. */
const TOKENS = 20_000

/** @throws Error when a request is refused that should not be */
export const signIns = async ({ directory, serve }: World, say: Say): Promise<void> => {
  const own = { ...(await ownAccounts(directory)), TRUSTED_PROXIES: '127.0.0.1/32' }
  const served = await serve('service', own)
  const agent = new Agent()
  const post = async (path: string, body: object, network: number) => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': `10.0.${network}.1` }
    const asked = { dispatcher: agent, method: 'POST', headers, body: JSON.stringify(body) } as const
    const reply = await request(`${served.url}${path}`, asked)
    const text = await reply.body.text()
    if (reply.statusCode !== 200) throw new Error(`${path} answered ${reply.statusCode} ${text}`)
    return JSON.parse(text)
  }
  const ids: string[] = []
  for (let index = 0; index < PEOPLE; index += 1)
    ids.push((await post('/user/register', { password: PASSWORD }, index)).user_id)
  let next = 0
  const signIn = async () => {
    next += 1
    await post('/login', { id: ids[next % PEOPLE], password: PASSWORD }, next % PEOPLE)
  }
  await progress(say, 'warming up', measure(signIn, CALLERS, 2))
  const before = usageOf(served.pid).processorUs
  const found = await progress(say, `${CALLERS} sign in at a time`, measure(signIn, CALLERS, SECONDS))
  const processorMs = (usageOf(served.pid).processorUs - before) / 1_000 / found.count
  await agent.close()
  await served.stop()
  say(`
Sign-ins, ${CALLERS} at a time, for ${SECONDS} s: ${found.perSecond.toFixed(1)} a second, p50 and p99 ${latenciesOf(found).join(' and ')} ms.
Processor time of the service: ${processorMs.toFixed(1)} ms each, which is ${(1_000 / processorMs).toFixed(1)} a second on a core of its own.
`)
  say(table(HEAD, await besideHashes(directory, own, say)))
}

const HEAD = ['hashes at once', 'verification p50, ms', 'p99, ms', 'hashes a second']

/** Verifications one after the other in a process that hashes passwords meanwhile, each of a token not seen before. */
const besideHashes = async (directory: string, own: Record<string, string>, say: Say) => {
  const { auth } = readConfig({ ...own, CQL_CONTACT_POINTS: 'unused', CQL_LOCAL_DATA_CENTER: 'unused' })
  if (auth.mode !== 'jwt') throw new Error('tokens are ours')
  const verify = tokenVerifier(auth)
  const rows: string[][] = []
  for (const hashesAtOnce of [0, CALLERS]) {
    const tokens = await Promise.all(
      Array.from({ length: TOKENS }, (_, user) => localToken(directory, `u${user}`)),
    )
    const hashing = { goesOn: true, count: 0 }
    const { verify: verifyPassword } = passwords(randomBytes)
    const hash = async () => {
      for (; hashing.goesOn; hashing.count += 1) await verifyPassword(PASSWORD, undefined)
    }
    const hashers = Array.from({ length: hashesAtOnce }, hash)
    const took = await progress(say, `verifying beside ${hashesAtOnce} hashes`, verifications(tokens, verify))
    hashing.goesOn = false
    await Promise.all(hashers)
    const [p50, p99] = latenciesOf(took)
    rows.push([String(hashesAtOnce), String(p50), String(p99), (hashing.count / took.seconds).toFixed(1)])
  }
  return rows
}

const verifications = async (tokens: string[], verify: (token: string) => Promise<unknown>) => {
  const began = performance.now()
  const found = await measure(
    async () => {
      const token = tokens.pop()
      if (!token) throw new Error('too few tokens')
      await verify(token)
      // As between requests.
      await turn()
    },
    1,
    2,
  )
  return { ...found, seconds: (performance.now() - began) / 1_000 }
}
