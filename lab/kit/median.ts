/** The middle of what was measured, and its other percentiles. */

/** Of an even number of values, the mean of the two in the middle; NaN of none. */
export const median = (numbers: number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2
}

/** The least of these, in ascending order, that so large a part of them does not exceed; NaN of none. */
export const percentile = (sorted: number[], part: number): number =>
  sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN
