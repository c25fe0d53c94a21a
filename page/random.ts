/** Keys that nobody else has. */

/** `crypto.randomUUID` is there only where the page came over TLS. */
export const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  )
