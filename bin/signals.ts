/** The signals that ask a server to stop. */
import { fail } from './fail.ts'

/** SIGTERM from whoever runs a container, SIGINT from a terminal; both may come, and again: we stop once. */
export const onStop = (stop: () => Promise<void>) => {
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      stop().then(() => process.exit(0), fail)
    })
  }
}
