/** Something is done when an element comes into view. */
import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'

/** @param again dependencies that make it look again, since an element that stays in view does not come into it */
export const useInView = <Seen extends Element>(
  seen: () => void,
  again: unknown[],
): RefObject<Seen | null> => {
  const element = useRef<Seen>(null)
  const latest = useRef(seen)
  latest.current = seen
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current()
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, again)
  return element
}
