/** One message that the service has not acknowledged yet. */
import type { Chat } from '../chat.ts'
import { isTooOld, type Outgoing } from '../outbox.ts'

export const OutgoingView = ({ chat, one }: { chat: Chat; one: Outgoing }) => (
  <li class={`bubble ${one.state}`}>
    <p>
      <span class="unseen">You: </span>
      {one.text}
    </p>
    <span class="state" role="status">
      {one.state === 'waiting' ? 'Sending …' : wordsOf(one)}
    </span>
    {one.state === 'failed' && (
      <span class="actions">
        <button type="button" class="small" onClick={() => chat.tryAgain(one.key)}>
          Try again
        </button>
        <button type="button" class="small" onClick={() => chat.discard(one.key)}>
          Delete
        </button>
      </span>
    )}
  </li>
)

const wordsOf = (one: Outgoing): string => {
  if (isTooOld(one, Date.now())) return 'May have been sent already: check above before you try again'
  if (one.isOffline) return 'Not sent: no connection. It will be sent when there is one.'
  return `Not sent: ${one.reason}`
}
