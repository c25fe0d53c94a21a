/** What one thing took beside another that was measured in turn with it: medians, and how much they vary. */
import { median, percentile } from '../../kit/median.ts'

/** As many stretches of time, each with its own ratio: how much the ratio varies within one run. */
const PARTS = 10

export type Beside = {
  p50: number
  p95: number
  otherP50: number
  ratio: number
  lowest: number
  highest: number
}

/** @param took in the order of measuring, as many of one as of the other: 10 or more */
export const beside = (took: number[], other: number[]): Beside => {
  const size = took.length / PARTS
  const ratios = Array.from({ length: PARTS }, (_, part) => {
    const [from, to] = [Math.round(part * size), Math.round((part + 1) * size)]
    return median(took.slice(from, to)) / median(other.slice(from, to))
  })
  const [p50, otherP50] = [median(took), median(other)]
  return {
    p50,
    p95: percentile(
      took.toSorted((a, b) => a - b),
      0.95,
    ),
    otherP50,
    ratio: p50 / otherP50,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
  }
}
