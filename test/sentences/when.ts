/** What people do. */
import { PROBLEMS } from '../../lib/http/problem.ts'
import type { HttpReply, Service } from '../world/service.ts'
import type { Person } from './given.ts'

export type SentMessage = { id: string; from: string; to: string; text: string; sent_at: string }

export const they_send = (
  service: Service,
  from: Person,
  to: { id: string },
  text: string,
  key?: string,
): Promise<HttpReply> =>
  service({
    method: 'POST',
    path: `/dialog/${encodeURIComponent(to.id)}/send`,
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { 'Idempotency-Key': key }),
      ...from.headers,
    },
    body: JSON.stringify({ text }),
  })

/** As the contract tells clients: repeats the request, with the same key, while the reply is 503. */
export const they_insist = (...send: Parameters<typeof they_send>): Promise<HttpReply> =>
  they_repeat(send, ({ status }) => status === 503)

/**
 * For many sends at the same time, on a machine that may be busy: repeats those that the database did not answer in time,
 * as the reply allows, since nothing is stored. Every other refusal is returned.
 */
export const they_send_patiently = (...send: Parameters<typeof they_send>): Promise<HttpReply> =>
  they_repeat(
    send,
    ({ status, text }) => status === 503 && JSON.parse(text).code === PROBLEMS.database_unavailable.code,
  )

const they_repeat = async (
  send: Parameters<typeof they_send>,
  isRefused: (reply: HttpReply) => boolean,
): Promise<HttpReply> => {
  for (;;) {
    const reply = await they_send(...send)
    if (!isRefused(reply)) return reply
  }
}

/** One dialog of somebody's inbox. */
export type Dialog = {
  with: string
  last: SentMessage
  unread: number
  more_unread: boolean
  read_up_to?: string
  read_by_other_up_to?: string
}

/** Somebody's dialogs, by last activity. */
export const they_look = (service: Service, who: Person, query = ''): Promise<HttpReply> =>
  service({ method: 'GET', path: '/dialogs', query, headers: who.headers })

/** Follows rel="next" to the end; the pages. @throws Error for a reply that is no page */
export const they_walk = async (service: Service, who: Person, limit = 20) => {
  const pages: Dialog[][] = []
  let query: string | undefined = `limit=${limit}`
  while (query !== undefined) {
    const reply = await they_look(service, who, query)
    if (reply.status !== 200) throw new Error(`dialogs answered ${reply.status}: ${reply.text}`)
    pages.push(JSON.parse(reply.text))
    query = /^<\?([^>]*)>; rel="next"$/.exec(reply.headers['link'] ?? '')?.[1]
  }
  return pages
}

/** A page of those with whom something has changed. */
export const they_catch_up = (service: Service, who: Person, query = ''): Promise<HttpReply> =>
  service({ method: 'GET', path: '/changes', query, headers: who.headers })

/** Follows rel="next" to the end; the ids of people. @throws Error for a reply that is no page */
export const they_catch_up_with_all = async (service: Service, who: Person, first: string) => {
  const people: string[] = []
  for (let query: string | undefined = first; query !== undefined; ) {
    const reply = await they_catch_up(service, who, query)
    if (reply.status !== 200) throw new Error(`changes answered ${reply.status}: ${reply.text}`)
    people.push(...JSON.parse(reply.text).map((one: { with: string }) => one.with))
    query = /^<\?([^>]*)>; rel="next"$/.exec(reply.headers['link'] ?? '')?.[1]
  }
  return people
}

export const they_show = (service: Service, who: Person, other: { id: string }): Promise<HttpReply> =>
  service({ method: 'GET', path: `/dialog/${encodeURIComponent(other.id)}`, headers: who.headers })

export const they_mark = (
  service: Service,
  who: Person,
  other: { id: string },
  upTo: string,
): Promise<HttpReply> =>
  service({
    method: 'PUT',
    path: `/dialog/${encodeURIComponent(other.id)}/read`,
    headers: { 'content-type': 'application/json', ...who.headers },
    body: JSON.stringify({ up_to: upTo }),
  })

/** What to withdraw; by default the token of this request. */
export const they_revoke = (service: Service, who: Person, what: object = {}): Promise<HttpReply> =>
  service({
    method: 'POST',
    path: '/revoke',
    headers: { 'content-type': 'application/json', ...who.headers },
    body: JSON.stringify(what),
  })

export const they_list = (
  service: Service,
  who: Person,
  other: { id: string },
  query = '',
): Promise<HttpReply> =>
  service({
    method: 'GET',
    path: `/dialog/${encodeURIComponent(other.id)}/list`,
    query,
    headers: who.headers,
  })

/** Follows rel="next" from the newest message, or from the page of another cursor, to the oldest. */
export const they_list_everything = async (
  service: Service,
  who: Person,
  other: { id: string },
  limit = 7,
  from = '',
) => {
  const messages: SentMessage[] = []
  let query: string | undefined = `limit=${limit}${from && `&${from}`}`
  while (query !== undefined) {
    const page = await they_read(service, who, other, query)
    messages.push(...page.messages)
    query = page.next
  }
  return messages
}

/** A page, and the queries of its links. @throws Error for any other reply */
export const they_read = async (service: Service, who: Person, other: { id: string }, query: string) => {
  const reply = await they_list(service, who, other, query)
  if (reply.status !== 200) throw new Error(`list answered ${reply.status}: ${reply.text}`)
  const link = (rel: string) =>
    new RegExp(`<\\?([^>]*)>; rel="${rel}"`).exec(reply.headers['link'] ?? '')?.[1]
  return { messages: JSON.parse(reply.text) as SentMessage[], next: link('next'), prev: link('prev') }
}
