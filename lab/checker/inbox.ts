/** Walks of inboxes beside everything that was sent: each dialog is there once, with the right number of unread messages. */
import type { MessageId, UserId } from '../../lib/model/ids.ts'
import type { Listing } from './check.ts'
import { acknowledgementOf, dialogOf, messageIn, type Sent, type Shown, type Try } from './sent.ts'

/** As the service shows a dialog. */
export type Entry = {
  with: UserId
  last: Shown
  unread: number
  more_unread: boolean
  read_up_to?: MessageId
}
/** One person's inbox from its newest dialog to its oldest, by the clock of the tries. */
export type InboxWalk = {
  person: UserId
  beganMs: number
  endedMs: number
  entries: Entry[]
  /** Marks of this person that were acknowledged before the walk began: the newest by other person. */
  marked: Map<UserId, MessageId>
  /** `end`: nothing was sent any more, and the dialogs were read back. */
  when: 'meanwhile' | 'end'
}

export const INBOX_KINDS = ['lost from the inbox', 'doubled in a walk', 'wrong unread'] as const
type InboxIssue = { kind: (typeof INBOX_KINDS)[number]; what: string; where: string }
/** `judged`: how many dialogs in how many walks, that nobody wrote to meanwhile, were held to all of it. */
export type InboxFindings = { issues: InboxIssue[]; judged: number; walks: number }

const UNREAD_MAX = 100
/** A send goes on for longer than its reply: it moves the dialog, and what is in doubt may be stored late. */
const FOLLOWED_MS = 2_000
const IN_DOUBT_MS = 15_000

/** @param listings every dialog as it was read back at the end, after which only marks were written */
export const issuesOfInboxes = (sent: Sent[], walks: InboxWalk[], listings: Listing[]): InboxFindings => {
  const dialogs = dialogsOf(sent, listings)
  const found = walks.map((walk) => issuesOfWalk(walk, dialogs.get(walk.person) ?? []))
  return {
    issues: found.flatMap(({ issues }) => issues),
    judged: found.reduce((sum, { judged }) => sum + judged, 0),
    walks: walks.length,
  }
}

/** A dialog of one person. `listed` newest first, as read back. */
type Dialog = { other: UserId; sent: Sent[]; listed: Shown[] }

const dialogsOf = (sent: Sent[], listings: Listing[]): Map<UserId, Dialog[]> => {
  const down = new Map(
    listings.flatMap(({ dialog, direction, messages }) =>
      direction === 'downwards' ? [[dialog, messages] as const] : [],
    ),
  )
  const all = [...Map.groupBy(sent, dialogOf)].flatMap(([name, own]) => {
    const { from, to } = own[0] as Sent
    const listed = down.get(name) ?? []
    const sides = from === to ? [[from, to] as const] : [[from, to] as const, [to, from] as const]
    return sides.map(([person, other]) => ({ person, dialog: { other, sent: own, listed } }))
  })
  const byPerson = Map.groupBy(all, ({ person }) => person)
  return new Map([...byPerson].map(([person, own]) => [person, own.map(({ dialog }) => dialog)]))
}

const issuesOfWalk = (walk: InboxWalk, dialogs: Dialog[]) => {
  const issues: InboxIssue[] = []
  let judged = 0
  const byOther = Map.groupBy(walk.entries, (entry) => entry.with)
  for (const dialog of dialogs.filter((one) => mustBeThere(one, walk))) {
    judged += 1
    const entries = byOther.get(dialog.other) ?? []
    const add = (kind: InboxIssue['kind'], words: string) =>
      issues.push({
        kind,
        what: `${walk.person} with ${dialog.other}`,
        where: `${walk.when}, ${words}`,
      })
    if (entries.length === 0) add('lost from the inbox', `${walk.entries.length} dialogs`)
    if (entries.length > 1) add('doubled in a walk', `${entries.length} times`)
    for (const entry of entries) {
      const wrong = wrongIn(entry, dialog, walk)
      if (wrong) add('wrong unread', wrong)
    }
  }
  return { issues, judged }
}

/** Something in it was acknowledged before the walk; at the end, or if nobody wrote to it meanwhile, nothing excuses. */
const mustBeThere = ({ sent }: Dialog, { beganMs, endedMs, when }: InboxWalk): boolean => {
  const isKnown = sent.some((one) => (acknowledgementOf(one)?.endedMs ?? Number.POSITIVE_INFINITY) < beganMs)
  const isQuiet = () => !sent.some(({ tries }) => tries.some((one) => isUnderWay(one, beganMs, endedMs)))
  return isKnown && (when === 'end' || isQuiet())
}

const isUnderWay = (one: Try, fromMs: number, toMs: number): boolean =>
  one.beganMs <= toMs && one.endedMs + (one.status === 200 ? FOLLOWED_MS : IN_DOUBT_MS) >= fromMs

/** In words; undefined if it is right. */
const wrongIn = (entry: Entry, dialog: Dialog, walk: InboxWalk): string | undefined => {
  const mark = entry.read_up_to ?? ''
  const marked = walk.marked.get(dialog.other) ?? ''
  if (mark < marked) return `read up to ${mark || 'nothing'}, though ${marked} was marked`
  const messages = messagesAt(dialog, walk)
  if (!messages) return undefined
  const expected = unreadIn(messages, walk.person, mark)
  const told = { unread: entry.unread, more: entry.more_unread }
  return expected.unread === told.unread && expected.more === told.more
    ? undefined
    : `${textOf(told)} unread, not ${textOf(expected)}, read up to ${mark || 'nothing'}, last ${entry.last.id}`
}

const textOf = ({ unread, more }: { unread: number; more: boolean }) => `${unread}${more ? ' and more' : ''}`

/**
 * What was there during the walk, newest first: at the end, what is listed; before, what was acknowledged. Undefined if it
 * cannot be known, since a message was in doubt.
 */
const messagesAt = ({ sent, listed }: Dialog, { when, beganMs }: InboxWalk): Shown[] | undefined => {
  if (when === 'end') return listed
  const begun = sent.filter(({ tries }) => tries.some((one) => one.beganMs < beganMs))
  const told = begun.map(acknowledgementOf)
  if (!told.every((one) => one !== undefined && one.endedMs < beganMs)) return undefined
  return told
    .flatMap((one) => (one && messageIn(one)) ?? [])
    .sort((one, other) => (one.id < other.id ? 1 : -1))
}

/** @param messages newest first */
const unreadIn = (messages: Shown[], person: UserId, mark: string) => {
  const firstRead = messages.findIndex(({ id, from }) => id <= mark || from === person)
  const unread = firstRead < 0 ? messages.length : firstRead
  return { unread: Math.min(unread, UNREAD_MAX), more: unread > UNREAD_MAX }
}
