/**
 * Detects that this process was frozen, as a function is between two invocations: a timer fires every second, and a gap
 * between two firings is time in which nothing ran. Being unused is no sign of it: a server may be idle for hours.
 */

const TICK_MS = 1_000
/** Firewalls and NAT take longer than this to drop a connection. */
const GAP_MS = 5_000

export type Pauses = {
  /** Since the last time that this was asked. */
  wasPaused: () => boolean
  stop: () => void
}

export const watchForPauses = (): Pauses => {
  // The wall clock runs on while a process is frozen; a clock step looks like a freeze, which costs one probe.
  let [tickedAt, paused] = [Date.now(), false]
  const tick = () => {
    const now = Date.now()
    paused ||= Math.abs(now - tickedAt) > GAP_MS
    tickedAt = now
  }
  const timer = setInterval(tick, TICK_MS).unref()
  return {
    wasPaused: () => {
      // After a freeze, input that arrived meanwhile may be handled before the timer.
      tick()
      const was = paused
      paused = false
      return was
    },
    stop: () => clearInterval(timer),
  }
}
