/** Where a dialog is scrolled to: it stays at its end, or at what is being read, whatever is added above or below. */
import type { RefObject } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { Message } from '../wire.ts'

const NEAR_PX = 48

type Scroll = { scroller: RefObject<HTMLElement | null>; onScroll: () => void }

/** @param seen is called when the end may have come into view */
export const useScroll = (messages: Message[], outgoing: number, seen: () => void): Scroll => {
  const scroller = useRef<HTMLElement>(null)
  const isAtEnd = useRef(true)
  const before = useRef({ firstId: '', height: 0, outgoing: 0 })
  const firstId = messages[0]?.id ?? ''
  const lastId = messages.at(-1)?.id
  const look = () => {
    const { current } = scroller
    if (!current) return
    isAtEnd.current = current.scrollHeight - current.scrollTop - current.clientHeight < NEAR_PX
    if (isAtEnd.current) seen()
  }
  useLayoutEffect(() => {
    const { current } = scroller
    if (!current) return
    const was = before.current
    // A message that the person has just sent is scrolled to.
    if (isAtEnd.current || outgoing > was.outgoing) current.scrollTop = current.scrollHeight
    else if (firstId < was.firstId) current.scrollTop += current.scrollHeight - was.height
    before.current = { firstId, height: current.scrollHeight, outgoing }
    look()
  }, [firstId, lastId, outgoing])
  useEffect(() => {
    const stay = () => {
      const { current } = scroller
      if (current && isAtEnd.current) current.scrollTop = current.scrollHeight
      look()
    }
    const observer = new ResizeObserver(stay)
    if (scroller.current) observer.observe(scroller.current)
    addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    return () => {
      observer.disconnect()
      removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
    }
  }, [])
  return { scroller, onScroll: look }
}
