/** What people do in an eventful minute: a little of everything that is counted. */
import { readDatabaseConfig } from '../../lib/config/database.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { connect } from '../../lib/store/scylla/connect.ts'
import {
  a_token_of,
  holder,
  PASSWORD,
  somebody_signed_in,
  they_change_their_password,
  they_refresh,
} from '../sentences/accounts.ts'
import type { Person } from '../sentences/given.ts'
import * as when from '../sentences/when.ts'
import type { a_device_at } from './device.ts'
import type { HttpReply, Service } from './service.ts'

/** Of each act: several scrapes, one a second, and the window of a rate. */
const ACT_MS = 6_000
const CROWD = 6

type Someone = Awaited<ReturnType<typeof somebody_signed_in>>

export const a_crowd = (keys: string): Promise<Person[]> =>
  Promise.all(
    Array.from({ length: CROWD }, async (_, index) => {
      const id = `one-of-many-${index}`
      return holder(id, await a_token_of({ keySet: JSON.parse(keys) }, id))
    }),
  )

export const is_in_doubt = ({ status, text }: HttpReply) =>
  status === 503 && JSON.parse(text).code === PROBLEMS.write_in_doubt.code

/** Again and again, whatever the replies are. */
export const during = async (act: () => Promise<unknown>) => {
  const end = performance.now() + ACT_MS
  while (performance.now() < end) await act()
}

export const they_talk = async (service: Service, who: Someone, other: Someone) => {
  const sent = await when.they_send(service, who, other, 'Hello!')
  await when.they_list(service, who, other)
  await when.they_look(service, who)
  await when.they_show(service, who, other)
  if (sent.status === 200) await when.they_mark(service, other, who, JSON.parse(sent.text).id)
}

type Connect = ReturnType<typeof a_device_at>
type Cql = Awaited<ReturnType<typeof connected_to>>

export const they_come_and_go = async (service: Service, alice: Someone, a_device: Connect, cql: Cql) => {
  const carol = await somebody_signed_in(service)
  const device = await a_device(carol)
  await device.close()
  await they_change_their_password(service, carol, { password: PASSWORD, new_password: 'another one' })
  const dave = await somebody_signed_in(service)
  await when.they_revoke(service, dave)

  // Tokens rest for a minute; here, by the word of the row, it has passed.
  const [, user, session] = alice.refreshToken.split('.')
  const row = `WHERE user_id = '${user}' AND session_id = ${session}`
  const thief = await somebody_signed_in(service, true)
  await they_refresh(service, { refresh_token: alice.refreshToken })
  await cql(`UPDATE sessions SET rotated_at = 0 ${row}`)
  await they_refresh(service, { refresh_token: alice.refreshToken })
  const [, robbed, theirs] = thief.refreshToken.split('.')
  await cql(
    `UPDATE sessions SET generation = 5, previous = 4 WHERE user_id = '${robbed}' AND session_id = ${theirs}`,
  )
  await they_refresh(service, { refresh_token: thief.refreshToken })
}

export const connected_to = async (variables: Record<string, string>) => {
  const config = readDatabaseConfig(variables)
  const { throughOneCoordinator, close } = await connect(config, config.keyspace)
  return Object.assign(throughOneCoordinator(), { close })
}
