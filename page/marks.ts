/** Read marks of this person on their way to the service: the newest of each dialog, one request at a time. */
import { type Ask, dialogPath } from './ask.ts'

/** A burst of messages is marked once. */
const DELAY_MS = 300

export type Marks = {
  mark: (person: string, upTo: string) => void
  /** What could not be sent. */
  sendAgain: () => void
}

export const openMarks = (ask: Ask): Marks => {
  const wanted = new Map<string, string>()
  let isSending = false
  const send = async () => {
    await new Promise((resolve) => setTimeout(resolve, DELAY_MS))
    for (const [person, up_to] of wanted) {
      await ask('PUT', `${dialogPath(person)}/read`, { body: { up_to } })
      if (wanted.get(person) === up_to) wanted.delete(person)
    }
  }
  const begin = () => {
    if (isSending || wanted.size === 0) return
    isSending = true
    send()
      // Sent when the service is reached again, or with the next one.
      .catch(() => undefined)
      .finally(() => {
        isSending = false
      })
  }
  return {
    mark: (person, upTo) => {
      wanted.set(person, upTo)
      begin()
    },
    sendAgain: begin,
  }
}
