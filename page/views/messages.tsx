/** The messages of a dialog, in the order of ids; older ones are loaded when the beginning comes into view. */
import { useState } from 'preact/hooks'
import type { Chat } from '../chat.ts'
import { type Day, groupsOf } from '../groups.ts'
import { dayOf } from '../when.ts'
import { Bubble } from './bubble.tsx'
import { OutgoingView } from './outgoing.tsx'
import { useInView } from './use-in-view.ts'
import { useScroll } from './use-scroll.ts'
import { useStore } from './use-store.ts'

export const Messages = ({ chat, person }: { chat: Chat; person: string }) => {
  const { outbox, unloaded, dialogs, me, version } = useStore(chat.store)
  const { history } = chat
  const messages = history.shownWith(person)
  // The service has them, but what comes before them is not loaded.
  const sent = history.heldBack(person).filter(({ from }) => from === me)
  const outgoing = outbox.filter(({ to }) => to === person)
  const own = sent.length + outgoing.length
  const readUpTo = dialogs.find((dialog) => dialog.with === person)?.read_by_other_up_to ?? ''
  const newestRead = messages.findLast(({ id, from }) => from === me && id <= readUpTo)?.id
  const waiting = unloaded.get(person)?.refusal === undefined ? 'Loading …' : ''
  const { scroller, onScroll } = useScroll(messages, own, () => chat.seen())
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard.
    <section class="messages" aria-label="Messages" tabIndex={0} ref={scroller} onScroll={onScroll}>
      {history.hasOlder(person) && <Older chat={chat} again={version} />}
      {messages.length + own === 0 && (
        <p class="hint center">{history.isLoaded(person) ? 'No messages yet. Say hello.' : waiting}</p>
      )}
      {groupsOf(messages).map((day) => (
        <DayView
          key={day.groups[0]?.messages[0]?.id}
          day={day}
          me={me}
          readId={person === me ? undefined : newestRead}
        />
      ))}
      {own > 0 && (
        <ol class="group own">
          {sent.map((message) => (
            <Bubble key={message.id} message={message} isOwn isRead={false} />
          ))}
          {outgoing.map((one) => (
            <OutgoingView key={one.key} chat={chat} one={one} />
          ))}
        </ol>
      )}
    </section>
  )
}

const Older = ({ chat, again }: { chat: Chat; again: number }) => {
  const [isFailed, setIsFailed] = useState(false)
  const load = () => {
    setIsFailed(false)
    chat.loadOlder().catch(() => setIsFailed(true))
  }
  const beginning = useInView<HTMLDivElement>(load, [again])
  return (
    <div ref={beginning} class="hint center">
      {isFailed ? (
        <button type="button" class="small" onClick={load}>
          Load older messages
        </button>
      ) : (
        'Loading …'
      )}
    </div>
  )
}

const DayView = ({ day, me, readId }: { day: Day; me: string; readId: string | undefined }) => (
  <>
    <h3 class="day">{dayOf(day.firstMs, Date.now())}</h3>
    {day.groups.map(({ from, messages }) => (
      <ol key={messages[0]?.id} class={from === me ? 'group own' : 'group'}>
        {messages.map((message) => (
          <Bubble key={message.id} message={message} isOwn={from === me} isRead={message.id === readId} />
        ))}
      </ol>
    ))}
  </>
)
