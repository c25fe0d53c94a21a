/** Numbers as the report writes them. */

/** Nothing, when there is none. */
export const whole = (value: number) =>
  Number.isFinite(value) ? Math.round(value).toLocaleString('en-US') : ''
