/** A message, and the rules for its text. */
import type { MessageId, UserId } from './ids.ts'

export type Message = { id: MessageId; from: UserId; to: UserId; text: string }
/** Enough to count messages. */
export type MessageHead = Pick<Message, 'id' | 'from'>

const TEXT_MAX_CHARACTERS = 4096

/** Why a text is refused, in words for its sender; undefined if it may be sent. Characters are code points. */
export const textIssue = (text: string): string | undefined => {
  if (text.trim() === '') return 'must not be empty or only white space'
  if (!text.isWellFormed()) return 'must not contain lone surrogates'
  if (text.includes('\0')) return 'must not contain NUL'
  if (text.length > TEXT_MAX_CHARACTERS && [...text].length > TEXT_MAX_CHARACTERS)
    return `must have at most ${TEXT_MAX_CHARACTERS} characters`
  return undefined
}
