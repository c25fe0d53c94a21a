/** Whether what is shown can be trusted to be everything. */
import { useEffect, useState } from 'preact/hooks'
import type { Line } from '../state.ts'
import { timeOf } from '../when.ts'

const wordsOf = (line: Line): string => {
  switch (line.kind) {
    case 'live':
      return 'Live'
    case 'polling':
      return 'Checking every few seconds'
    case 'behind':
      return 'Catching up …'
    case 'connecting':
      return 'Connecting …'
    case 'displaced':
      return 'Open in too many places'
    case 'offline':
      return `Offline since ${timeOf(line.sinceMs)}`
  }
}
/** What is over within this time is not worth mentioning. */
const PATIENCE_MS = 400

export const LineView = ({ line, onConnect }: { line: Line; onConnect: () => void }) => {
  const [shown, show] = useState(line)
  useEffect(() => {
    const isBrief = line.kind === 'connecting' || line.kind === 'behind'
    const timer = setTimeout(() => show(line), isBrief ? PATIENCE_MS : 0)
    return () => clearTimeout(timer)
  }, [line])
  return (
    <div class={`line ${shown.kind}`}>
      <span role="status">
        <span class="dot" aria-hidden="true" />
        {wordsOf(shown)}
      </span>
      {(shown.kind === 'offline' || shown.kind === 'displaced') && (
        <button type="button" class="small" onClick={onConnect}>
          Connect now
        </button>
      )}
    </div>
  )
}
