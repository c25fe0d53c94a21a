/** The inbox, and beside it, or in its place on a phone, the dialog that is open. */
import { useEffect } from 'preact/hooks'
import type { Account } from '../account.ts'
import type { Chat } from '../chat.ts'
import { personIn } from '../route.ts'
import { DialogView } from './dialog.tsx'
import { Inbox } from './inbox.tsx'
import { Me } from './me.tsx'
import { useStore } from './use-store.ts'

type Properties = { account: Account; chat: Chat; isNew: boolean }

export const ChatView = ({ account, chat, isNew }: Properties) => {
  const state = useStore(chat.store)
  const { open, dialogs, announcement } = state
  useEffect(() => {
    const follow = () => chat.open(personIn(location.hash))
    follow()
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [chat])
  const unread = dialogs.filter((dialog) => dialog.unread > 0).length
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Dialogs` : 'Dialogs'
    return () => {
      document.title = 'Dialogs'
    }
  }, [unread])
  return (
    <main class={open === undefined ? 'chat' : 'chat has-open'}>
      <h1 class="unseen">Dialogs</h1>
      <div class="side">
        <Me account={account} chat={chat} isNew={isNew} />
        <Inbox chat={chat} />
      </div>
      <section class="pane" aria-label="Open dialog">
        {open === undefined ? (
          <div class="nothing">
            <h2>No dialog is open</h2>
            <p>Choose one, or write to somebody by user id.</p>
          </div>
        ) : (
          <DialogView key={open} chat={chat} person={open} />
        )}
      </section>
      <p class="unseen" role="log" aria-label="New messages" aria-live="polite">
        {announcement}
      </p>
    </main>
  )
}
