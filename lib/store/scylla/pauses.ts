/**
 * Whether this process was frozen, as a function is between two invocations: its clock ticks every second, and a gap
 * between two ticks is time in which nothing ran. Lack of use is no sign: a server may be idle for hours.
 */

const TICK_MS = 1_000
/** Whatever forgets connections, as a firewall or NAT, takes longer. */
const GAP_MS = 5_000

export type Pauses = {
  /** Since the last time that this was asked. */
  wasPaused: () => boolean
  stop: () => void
}

export const watchForPauses = (): Pauses => {
  // The wall clock goes on while a process is frozen; a step of it looks like a freeze, which costs one probe.
  let [tickedAt, paused] = [Date.now(), false]
  const tick = () => {
    const now = Date.now()
    paused ||= Math.abs(now - tickedAt) > GAP_MS
    tickedAt = now
  }
  const timer = setInterval(tick, TICK_MS).unref()
  return {
    wasPaused: () => {
      // After a freeze, what came meanwhile may be looked at before the timer.
      tick()
      const was = paused
      paused = false
      return was
    },
    stop: () => clearInterval(timer),
  }
}
