/** The list of dialogs, by last activity; its next page is loaded when its end comes into view. */
import { useEffect, useRef } from 'preact/hooks'
import type { Chat } from '../chat.ts'
import { addressOf } from '../route.ts'
import { shortlyOf } from '../when.ts'
import type { Dialog } from '../wire.ts'
import { Avatar, shownName } from './avatar.tsx'
import { StartDialog } from './start.tsx'
import { useInView } from './use-in-view.ts'
import { useStore } from './use-store.ts'

export const Inbox = ({ chat }: { chat: Chat }) => {
  const { dialogs, moreDialogs, open, names, me } = useStore(chat.store)
  const end = useInView<HTMLLIElement>(
    () => void chat.loadMoreDialogs().catch(() => undefined),
    [moreDialogs],
  )
  const current = useRef<HTMLAnchorElement>(null)
  const last = useRef<string | undefined>(undefined)
  useEffect(() => {
    // Coming back from a dialog: to its row.
    if (open === undefined && last.current !== undefined) current.current?.focus()
    last.current = open
  }, [open])
  return (
    <nav class="inbox" aria-label="Dialogs">
      <StartDialog />
      {dialogs.length === 0 && moreDialogs !== undefined && (
        <p class="hint">No dialogs yet. Share your user id, or write to somebody by theirs.</p>
      )}
      <ul>
        {dialogs.map((dialog) => (
          <li key={dialog.with}>
            <a
              href={addressOf(dialog.with)}
              {...(dialog.with === (open ?? last.current) && { ref: current })}
              {...(dialog.with === open && { 'aria-current': 'page' as const })}
            >
              <Row dialog={dialog} name={shownName(names, dialog.with)} me={me} />
            </a>
          </li>
        ))}
        {moreDialogs && (
          <li ref={end} class="hint">
            Loading …
          </li>
        )}
      </ul>
    </nav>
  )
}

const Row = ({ dialog, name, me }: { dialog: Dialog; name: string; me: string }) => {
  const { last, unread, more_unread } = dialog
  const atMs = Date.parse(last.sent_at)
  const count = more_unread ? `${unread}+` : String(unread)
  return (
    <>
      <Avatar person={dialog.with} name={name} />
      <span class="what">
        <span class="top">
          <span class="name">{dialog.with === me ? 'Notes to yourself' : name}</span>
          <time dateTime={last.sent_at}>{shortlyOf(atMs, Date.now())}</time>
        </span>
        <span class="top">
          <span class="preview">
            {last.from === me && dialog.with !== me ? `You: ${last.text}` : last.text}
          </span>
          {unread > 0 && (
            <span class="unread">
              {count}
              <span class="unseen"> unread</span>
            </span>
          )}
        </span>
      </span>
    </>
  )
}
