/** What a client does to miss nothing: live frames as hints, and a catch-up whenever it is behind. No DOM, and no network. */

type Identified = { id: string }
/** What an answer to a ping says: the time of the service in unix milliseconds, and whether to catch up. */
type Pong = { nowMs: number; isBehind: boolean }

/** The requests that a client makes; each of them may fail. */
export type Requests<Message extends Identified, Link, Cursor> = {
  /** A page of the people with whom something has changed; without `sinceMs`, of all. */
  changed: (
    sinceMs: number | undefined,
    cursor: Cursor | undefined,
  ) => Promise<{ people: string[]; next?: Cursor | undefined }>
  /** A page of a dialog: the one behind its last `rel="prev"`, or its first. `isLast`: it reaches the newest message. */
  messages: (
    person: string,
    link: Link | undefined,
  ) => Promise<{ messages: Message[]; prev: Link; isLast: boolean }>
}

/** What is shown of a dialog, in the order of ids, and where a catch-up goes on in it. */
type Dialog<Message, Link> = { shown: Message[]; link?: Link }

export type Following<Message extends Identified> = {
  /** As of the last catch-up; to be sent with each ping. Undefined: there was none. */
  sinceMs: () => number | undefined
  shownWith: (person: string) => Message[]
  /** A live frame. */
  heard: (person: string, message: Message) => void
  /** The answer to any ping, the first one too. @throws as the requests do; the answer to the next ping says the same again */
  answered: (pong: Pong) => Promise<void>
}

export const followDialogs = <Message extends Identified, Link, Cursor>(
  requests: Requests<Message, Link, Cursor>,
): Following<Message> => {
  const dialogs = new Map<string, Dialog<Message, Link>>()
  let sinceMs: number | undefined
  let lastCatchUp: Promise<void> = Promise.resolve()
  const dialogWith = (person: string): Dialog<Message, Link> => {
    const dialog = dialogs.get(person) ?? { shown: [] }
    dialogs.set(person, dialog)
    return dialog
  }
  const follow = async (person: string) => {
    const dialog = dialogWith(person)
    for (;;) {
      const page = await requests.messages(person, dialog.link)
      for (const message of page.messages) show(dialog.shown, message)
      dialog.link = page.prev
      if (page.isLast) return
    }
  }
  const catchUp = async () => {
    let cursor: Cursor | undefined
    do {
      const { people, next } = await requests.changed(sinceMs, cursor)
      for (const person of people) await follow(person)
      cursor = next
    } while (cursor !== undefined)
  }
  return {
    sinceMs: () => sinceMs,
    shownWith: (person) => dialogs.get(person)?.shown ?? [],
    // Neither `sinceMs` nor the link moves: earlier messages may still be on their way.
    heard: (person, message) => show(dialogWith(person).shown, message),
    answered: async ({ nowMs, isBehind }) => {
      // Whatever became of the last catch-up: nothing was missed since `sinceMs`.
      if (!isBehind) return
      // One after the other: what counts for an answer is a catch-up that began after it.
      lastCatchUp = lastCatchUp
        .catch(() => undefined)
        .then(catchUp)
        .then(() => {
          sinceMs = nowMs
        })
      return lastCatchUp
    },
  }
}

/** Inserts it in the order of ids, unless it is shown already. */
const show = <Message extends Identified>(shown: Message[], message: Message) => {
  let place = shown.length
  while (place > 0 && (shown[place - 1] as Message).id >= message.id) place -= 1
  if (shown[place]?.id !== message.id) shown.splice(place, 0, message)
}
