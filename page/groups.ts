/** How the messages of a dialog are grouped: by day, and within a day by runs of one writer. */
import type { Message } from './wire.ts'

type Group = { from: string; messages: Message[] }
export type Day = { firstMs: number; groups: Group[] }

const PAUSE_MS = 5 * 60_000

export const groupsOf = (messages: Message[]): Day[] => {
  const days: Day[] = []
  let last: Message | undefined
  for (const message of messages) {
    const atMs = Date.parse(message.sent_at)
    const lastMs = last ? Date.parse(last.sent_at) : Number.NEGATIVE_INFINITY
    if (!last || new Date(atMs).toDateString() !== new Date(lastMs).toDateString())
      days.push({ firstMs: atMs, groups: [] })
    const { groups } = days.at(-1) as Day
    const group = groups.at(-1)
    if (group?.from === message.from && atMs - lastMs < PAUSE_MS) group.messages.push(message)
    else groups.push({ from: message.from, messages: [message] })
    last = message
  }
  return days
}
