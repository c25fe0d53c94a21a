/** Who is signed in: name, user id, the state of the connection, and signing out. */
import type { Account } from '../account.ts'
import type { Chat } from '../chat.ts'
import { lineOf } from '../state.ts'
import { Avatar } from './avatar.tsx'
import { Copy } from './copy.tsx'
import { LineView } from './line.tsx'
import { useStore } from './use-store.ts'

export const Me = ({ account, chat, isNew }: { account: Account; chat: Chat; isNew: boolean }) => {
  const state = useStore(chat.store)
  const { me, names } = state
  const name = names.get(me) ?? ''
  return (
    <header class="me">
      <div class="row">
        <Avatar person={me} name={name} />
        <div class="who">
          <strong>{name || 'You'}</strong>
          <Copy text={me} what="your user id" />
        </div>
        <button type="button" class="quiet" onClick={() => void account.signOut()}>
          Sign out
        </button>
      </div>
      {isNew && (
        <div class="notice">
          <p>
            <strong>Keep your user id.</strong> You need it to sign in, and others need it to write to you.
            Nobody can tell you what it is if you lose it.
          </p>
          <code>{me}</code>
          <button type="button" class="small" onClick={() => account.knowsId()}>
            I have it
          </button>
        </div>
      )}
      <LineView line={lineOf(state)} onConnect={() => chat.connect()} />
    </header>
  )
}
