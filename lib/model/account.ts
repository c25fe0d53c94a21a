/** An account: what people tell about themselves. */

/** Public. `birthdate`: YYYY-MM-DD. */
export type Profile = {
  firstName?: string
  secondName?: string
  birthdate?: string
  biography?: string
  city?: string
}
