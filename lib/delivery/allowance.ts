/** How many frames a client may send: a token bucket. */

const FRAMES_PER_SECOND = 20
const BURST = 40

export class Allowance {
  private left = BURST
  private atMs: number

  /** @param nowMs monotonic milliseconds, as below */
  constructor(nowMs: number) {
    this.atMs = nowMs
  }

  /** False: this frame is one too many. */
  spend(nowMs: number): boolean {
    const refilled = Math.min(BURST, this.left + tokensOf(nowMs - this.atMs))
    this.left = Math.max(this.left, refilled)
    this.atMs = nowMs
    if (this.left < 1) return false
    this.left -= 1
    return true
  }

  /** What was sent while the connection was not read arrives all at once, and does not count as a burst. */
  extend(unreadMs: number): void {
    this.left += tokensOf(unreadMs)
    this.atMs += unreadMs
  }
}

const tokensOf = (ms: number) => (ms * FRAMES_PER_SECOND) / 1_000
