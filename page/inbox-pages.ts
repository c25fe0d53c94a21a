/** The inbox as the service lists it: page by page, and single dialogs of it. */
import { type Ask, dialogPath } from './ask.ts'
import { Refused } from './request.ts'
import type { Dialog } from './wire.ts'

const PAGE = 30
/** If more dialogs than this have changed, the first page is asked for instead. */
const MOST_SINGLE = 8

export type InboxPages = {
  /** @throws Refused */
  first: () => Promise<{ dialogs: Dialog[]; next: string }>
  /** @throws Refused */
  page: (query: string) => Promise<{ dialogs: Dialog[]; next: string }>
  /** Those that have a message. @throws Refused */
  dialogsWith: (people: string[]) => Promise<Dialog[]>
}

export const openInboxPages = (ask: Ask): InboxPages => {
  const page = async (query: string) => {
    const { body, links } = await ask<Dialog[]>('GET', `/dialogs${query}`)
    return { dialogs: body, next: links.next ?? '' }
  }
  const first = () => page(`?limit=${PAGE}`)
  const single = async (person: string): Promise<Dialog[]> => {
    try {
      return [(await ask<Dialog>('GET', dialogPath(person))).body]
    } catch (error) {
      if (error instanceof Refused && error.status === 404) return []
      throw error
    }
  }
  return {
    first,
    page,
    dialogsWith: async (people) =>
      people.length > MOST_SINGLE ? (await first()).dialogs : (await Promise.all(people.map(single))).flat(),
  }
}
