/** The signals that ask a server to stop. */
import { fail } from './fail.ts'

/** SIGTERM from a container runtime, SIGINT from a terminal. Both may come, and repeatedly: we stop once. */
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
