/** A visit that fails the run when it throws: k6 would only log that and go on. */
import { check } from 'k6'

export const visiting = (visit: () => void) => () => {
  try {
    visit()
  } catch (error) {
    check(error, { 'a visit ends without an exception': () => false })
    throw error
  }
}
