/** One message that the service has. */
import { Component } from 'preact'
import { fullTimeOf, timeOf } from '../when.ts'
import type { Message } from '../wire.ts'

type Properties = { message: Message; isOwn: boolean; isRead: boolean }

/** Drawn once: a message never changes, and a dialog may show thousands. */
export class Bubble extends Component<Properties> {
  override shouldComponentUpdate(next: Properties) {
    return next.isRead !== this.props.isRead
  }

  override render({ message, isOwn, isRead }: Properties) {
    const atMs = Date.parse(message.sent_at)
    return (
      <li class="bubble">
        <p>
          <span class="unseen">{isOwn ? 'You: ' : 'They: '}</span>
          {message.text}
        </p>
        <span class="state">
          <time dateTime={message.sent_at} title={fullTimeOf(atMs)}>
            {timeOf(atMs)}
          </time>
          {isOwn && (isRead ? ' · Read' : <span class="unseen">, sent</span>)}
        </span>
      </li>
    )
  }
}
