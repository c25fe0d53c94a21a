/** Numbers as tables for people write them. */

/** Nothing, when there is none; never -0. */
export const whole = (value: number) =>
  Number.isFinite(value) ? (Math.round(value) + 0).toLocaleString('en-US') : ''
