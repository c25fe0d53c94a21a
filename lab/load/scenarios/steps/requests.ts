/** The requests of the contract, each tagged by its operation, and what must hold for the replies. */
import { check } from 'k6'
import http from 'k6/http'
import { anInstance, bodyOf, recorded, refused, signed, tagged } from './asking.ts'
import type { Dialog } from './people.ts'
import type { Operation } from './rules.ts'
import { RUN } from './run.ts'

type Message = { id: string; from: string; to: string; text: string }

const PAGE = 10
const LARGEST_PAGE = 200

/**
 * Sends a text that no other message has; returns its id, if the service has acknowledged it.
 * @param padding makes the body larger
 */
export const sendMessage = (dialog: Dialog, padding?: string): string | undefined => {
  const text = `${__VU}/${__ITER} at ${Date.now()}: ${'lorem ipsum '.repeat(8)}`
  const instance = anInstance()
  const url = `${RUN.targets[instance]}/dialog/${dialog.reader.id}/send`
  const reply = recorded(dialog, { instance, text }, () =>
    http.post(url, JSON.stringify({ text, padding }), signed(dialog, 'sendMessage')),
  )
  const message = bodyOf<Message>(reply)
  if (reply.status !== 200) return refused(reply)
  check(message, {
    'a send answers with the message': (it) =>
      it?.text === text && it.from === dialog.writer.id && it.to === dialog.reader.id && Boolean(it.id),
  })
  return message?.id
}

/**
 * Lists the newest page, or the one before a message; returns what the next one is before, if there is more.
 * @param sent the id of a message that has been acknowledged
 */
export const listMessages = (dialog: Dialog, before?: string, sent?: string): string | undefined => {
  const page = pageOf(dialog, PAGE, before)
  if (sent && page) {
    check(page.ids, {
      'a list holds the message just sent, or a page of newer ones': (ids) =>
        ids !== undefined && (ids.includes(sent) || (ids.length === PAGE && sent < String(ids.at(-1)))),
    })
  }
  return page?.older
}

/** The ids of all messages of a dialog; fewer if a page is refused. */
export const everyMessage = (dialog: Dialog): string[] => {
  const all: string[] = []
  let older: string | undefined
  do {
    const page = pageOf(dialog, LARGEST_PAGE, older)
    all.push(...(page?.ids ?? []))
    older = page?.older
  } while (older)
  return all
}

/** `ids` is undefined when the body is not a page; the result is undefined for a refusal. */
const pageOf = (dialog: Dialog, limit: number, before?: string) => {
  const query = `limit=${limit}${before ? `&before=${before}` : ''}`
  const instance = anInstance()
  const url = `${RUN.targets[instance]}/dialog/${dialog.reader.id}/list?${query}`
  const reply = recorded(dialog, { instance }, () => http.get(url, signed(dialog, 'listMessages')))
  if (reply.status !== 200) return refused(reply)
  const messages = bodyOf<Message[]>(reply)
  const ids = Array.isArray(messages) ? messages.map(({ id }) => id) : undefined
  check(ids, {
    'a list is newest first, each message once': (it) =>
      it?.every((id, index) => index === 0 || id < String(it[index - 1])) === true,
    'a page is older than what it was asked to be before': (it) =>
      it?.every((id) => before === undefined || id < before) === true,
  })
  return { ids, older: /^<\?before=([0-9a-f-]{36})&/.exec(reply.headers['Link'] ?? '')?.[1] }
}

const UNREAD_MAX = 100
export type Summary = {
  with: string
  last: Message
  unread: number
  read_up_to?: string
  read_by_other_up_to?: string
}

/** The newest page of the writer's dialogs. @param sent the id of a message of this dialog that has been acknowledged */
export const listDialogs = (dialog: Dialog, sent: string): void => {
  const page = pageOfInbox(dialog)
  if (!page) return
  check(page.dialogs, {
    'the dialogs hold the one just written to, or a page of others': (all) =>
      all?.some((one) => one.with === dialog.reader.id && one.last.id >= sent) || all?.length === PAGE,
  })
}

/**
 * A page of the writer's inbox, and where the next one begins, if there is more; undefined for a refusal.
 * @param query of the link to the page; by default the newest one
 */
export const pageOfInbox = (dialog: Dialog, query = `limit=${PAGE}`) => {
  const url = `${RUN.targets[anInstance()]}/dialogs?${query}`
  const reply = http.get(url, signed(dialog, 'listDialogs'))
  if (reply.status !== 200) return refused(reply)
  const dialogs = bodyOf<Summary[]>(reply)
  check(dialogs, {
    'an inbox holds each dialog once': (all) =>
      all !== undefined && new Set(all.map((one) => one.with)).size === all.length,
    'an inbox shows of each dialog its newest message, and what is unread': (all) =>
      all?.every((one) => Boolean(one.last.id) && one.unread >= 0 && one.unread <= UNREAD_MAX) === true,
  })
  return { dialogs, next: /^<\?([^>]*)>; rel="next"/.exec(reply.headers['Link'] ?? '')?.[1] }
}

/** Those with whom the writer has just exchanged something, or a page of others. */
export const listChanges = (dialog: Dialog): void => {
  const since = new Date(Date.now() - 60_000).toISOString()
  const url = `${RUN.targets[anInstance()]}/changes?since=${since}&limit=${PAGE}`
  const reply = http.get(url, signed(dialog, 'listChanges'))
  if (reply.status !== 200) return void refused(reply)
  check(bodyOf<Pick<Summary, 'with'>[]>(reply), {
    'the changes hold the one just written to, or a page of others': (all) =>
      all?.some((one) => one.with === dialog.reader.id) || all?.length === PAGE,
  })
}

/** @param sent the id of a message of this dialog that has been acknowledged */
export const showDialog = (dialog: Dialog, sent: string): Summary | undefined => {
  const url = `${RUN.targets[anInstance()]}/dialog/${dialog.reader.id}`
  const reply = http.get(url, signed(dialog, 'showDialog'))
  if (reply.status !== 200) return refused(reply)
  const shown = bodyOf<Summary>(reply)
  check(shown, {
    'a dialog shows its newest message': (it) => it !== undefined && it.last.id >= sent,
  })
  return shown
}

/** @param upTo the id of a message of this dialog */
export const markRead = (dialog: Dialog, upTo: string): void => {
  const url = `${RUN.targets[anInstance()]}/dialog/${dialog.reader.id}/read`
  const reply = http.put(url, JSON.stringify({ up_to: upTo }), signed(dialog, 'markRead'))
  if (reply.status !== 204) refused(reply)
}

/** Withdraws a session that no token belongs to: the writer goes on. */
export const revoke = (dialog: Dialog): void => {
  const url = `${RUN.targets[anInstance()]}/revoke`
  const reply = http.post(url, JSON.stringify({ session: `${__VU}/${__ITER}` }), signed(dialog, 'revoke'))
  if (reply.status !== 204) refused(reply)
}

export const checkHealth = () =>
  shows('checkHealth', '/health', 'the service is alive', (body) => body['status'] === 'alive')

export const checkReady = () =>
  shows('checkReady', '/ready', 'the service is ready', (body) => body['status'] === 'ready')

export const showDocument = () =>
  shows('showDocument', '/openapi.json', 'the contract names its paths', (body) => 'paths' in body)

export const showPage = () => {
  const reply = http.get(`${RUN.targets[anInstance()]}/`, tagged('showPage'))
  if (reply.status === 200)
    check(reply, { 'the page is HTML': ({ body }) => String(body).startsWith('<!doctype') })
}

const shows = (
  operation: Operation,
  path: string,
  words: string,
  holds: (body: Record<string, unknown>) => boolean,
) => {
  const reply = http.get(`${RUN.targets[anInstance()]}${path}`, tagged(operation))
  if (reply.status !== 200) return
  const body = bodyOf<Record<string, unknown>>(reply)
  check(body, { [words]: (it) => it !== undefined && holds(it) })
}
