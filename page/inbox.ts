/** The list of dialogs: how what comes in changes it. Pure. */
import { type Dialog, type Message, otherSide } from './wire.ts'

/** Newest first, by their last messages. */
const inOrder = (dialogs: Iterable<Dialog>): Dialog[] =>
  [...dialogs].sort((one, other) => (one.last.id < other.last.id ? 1 : -1))

/** @param told by the service: newer than what is shown, unless a newer message has come since */
export const merged = (shown: Dialog[], told: Dialog[]): Dialog[] => {
  const byPerson = new Map(shown.map((dialog) => [dialog.with, dialog]))
  for (const dialog of told) {
    const known = byPerson.get(dialog.with)
    if (!known) byPerson.set(dialog.with, dialog)
    else if (known.last.id <= dialog.last.id) byPerson.set(dialog.with, withNewerMarks(dialog, known))
  }
  return inOrder(byPerson.values())
}

/** The service may not know yet what is marked here. */
const withNewerMarks = (told: Dialog, known: Dialog): Dialog => {
  const theirs = known.read_by_other_up_to ?? ''
  const own = known.read_up_to ?? ''
  return {
    ...told,
    ...(theirs > (told.read_by_other_up_to ?? '') && { read_by_other_up_to: theirs }),
    ...(own > (told.read_up_to ?? '') && { read_up_to: own }),
    ...(own >= told.last.id && { unread: 0, more_unread: false }),
  }
}

/** A message that was not shown before. */
export const withMessage = (dialogs: Dialog[], message: Message, me: string): Dialog[] => {
  const person = otherSide(message, me)
  const known = dialogs.find((dialog) => dialog.with === person)
  const isNewest = !known || known.last.id < message.id
  const base = known ?? { with: person, last: message, unread: 0, more_unread: false }
  const last = isNewest ? message : base.last
  if (message.from === me) {
    const unread = isNewest ? { unread: 0, more_unread: false } : {}
    return merged(without(dialogs, person), [{ ...base, last, ...unread }])
  }
  const isUnread = isNewest && message.id > (base.read_up_to ?? '')
  return merged(without(dialogs, person), [{ ...base, last, unread: base.unread + (isUnread ? 1 : 0) }])
}

const without = (dialogs: Dialog[], person: string) => dialogs.filter((dialog) => dialog.with !== person)

/** A mark of either side. It never goes back. */
export const withMark = (
  dialogs: Dialog[],
  mark: { by: string; with: string; up_to: string },
  me: string,
): Dialog[] =>
  dialogs.map((dialog) => {
    if (mark.by === me && dialog.with === mark.with && mark.up_to > (dialog.read_up_to ?? '')) {
      const isAllRead = mark.up_to >= dialog.last.id
      return { ...dialog, read_up_to: mark.up_to, ...(isAllRead && { unread: 0, more_unread: false }) }
    }
    if (mark.by === dialog.with && mark.with === me && mark.up_to > (dialog.read_by_other_up_to ?? ''))
      return { ...dialog, read_by_other_up_to: mark.up_to }
    return dialog
  })

/** The newest of theirs, if it is not marked yet. */
export const unmarked = (dialog: Dialog | undefined, shown: Message[], me: string): string | undefined => {
  const newest = shown.findLast(({ from }) => from !== me)?.id
  return newest !== undefined && newest > (dialog?.read_up_to ?? '') ? newest : undefined
}
