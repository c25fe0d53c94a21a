/** One dialog: who it is with, its messages, and the composer. */
import { useEffect, useRef } from 'preact/hooks'
import type { Chat } from '../chat.ts'
import type { Unloaded } from '../loading.ts'
import { lineOf } from '../state.ts'
import { Avatar, shownName } from './avatar.tsx'
import { Composer } from './composer.tsx'
import { Copy } from './copy.tsx'
import { LineView } from './line.tsx'
import { Messages } from './messages.tsx'
import { useStore } from './use-store.ts'

const close = () => {
  location.hash = ''
}

/** Nothing while it is being loaded for the first time, which is soon over. */
const missingOf = ({ failures, refusal }: Unloaded = { failures: 0 }): string => {
  if (refusal !== undefined) return `This dialog cannot be loaded: ${refusal}`
  return failures > 0 ? 'Not everything is loaded yet. Trying again …' : ''
}

export const DialogView = ({ chat, person }: { chat: Chat; person: string }) => {
  const state = useStore(chat.store)
  const { names, typing, unloaded, me } = state
  const name = person === me ? 'Notes to yourself' : shownName(names, person)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    // On a phone, the field would bring up the keyboard over the messages.
    if (matchMedia('(max-width: 720px)').matches) heading.current?.focus()
  }, [])
  return (
    <>
      <header class="with">
        <button type="button" class="back" onClick={close} aria-label="Back to all dialogs">
          ←
        </button>
        <Avatar person={person} name={name} />
        <div class="who">
          <h2 tabIndex={-1} ref={heading}>
            {name}
          </h2>
          {name !== person && <Copy text={person} what={`the user id of ${name}`} />}
        </div>
      </header>
      <LineView line={lineOf(state)} onConnect={() => chat.connect()} />
      <Messages chat={chat} person={person} />
      <p class="typing" role="status">
        {missingOf(unloaded.get(person)) || (typing.has(person) ? `${name} is typing …` : '')}
      </p>
      <Composer chat={chat} name={name} person={person} />
    </>
  )
}
