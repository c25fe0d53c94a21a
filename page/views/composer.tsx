/** Where a message is written. What is not sent yet survives a reload. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Chat } from '../chat.ts'

const MOST_CHARACTERS = 4_096
const DRAFT = 'draft:'

export const Composer = ({ chat, name, person }: { chat: Chat; name: string; person: string }) => {
  const [text, setText] = useState(() => localStorage.getItem(DRAFT + person) ?? '')
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (!matchMedia('(max-width: 720px)').matches) field.current?.focus()
  }, [])
  const change = (now: string) => {
    setText(now)
    if (now) localStorage.setItem(DRAFT + person, now)
    else localStorage.removeItem(DRAFT + person)
  }
  const send = (event: Event) => {
    event.preventDefault()
    if (!text.trim()) return
    chat.send(text.trim())
    change('')
    field.current?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) send(event)
  }
  return (
    <form class="composer" onSubmit={send}>
      <label class="unseen" for="text">
        Message to {name}
      </label>
      <textarea
        id="text"
        ref={field}
        rows={1}
        value={text}
        maxLength={MOST_CHARACTERS}
        placeholder="Write a message"
        onKeyDown={onKeyDown}
        onInput={({ currentTarget }) => {
          change(currentTarget.value)
          if (currentTarget.value) chat.typed()
        }}
      />
      <button type="submit" class="primary" disabled={!text.trim()}>
        Send
      </button>
    </form>
  )
}
