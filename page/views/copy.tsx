/** A text, and a button that copies it. */
import { useEffect, useRef, useState } from 'preact/hooks'

const SHOWN_MS = 2_000

export const Copy = ({ text, what }: { text: string; what: string }) => {
  const [said, say] = useState('')
  const code = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!said) return
    const timer = setTimeout(() => say(''), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said])
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      say('Copied')
    } catch {
      // Not offered where the page did not come over TLS.
      getSelection()?.selectAllChildren(code.current as HTMLElement)
      say('Selected')
    }
  }
  return (
    <span class="copy">
      <code ref={code} title={text}>
        {text}
      </code>
      <button type="button" class="small" aria-label={`Copy ${what}`} onClick={copy}>
        {said || 'Copy'}
      </button>
      <span class="unseen" role="status">
        {said}
      </span>
    </span>
  )
}
