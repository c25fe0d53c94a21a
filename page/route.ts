/** Which dialog is open, as the fragment of the address, so that going back and reloading work. */

export const personIn = (hash: string): string | undefined => {
  const encoded = /^#\/(.+)$/.exec(hash)?.[1]
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}

export const addressOf = (person: string): string => `#/${encodeURIComponent(person)}`
