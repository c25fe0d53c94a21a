/** What unit tests of the page need in place of a browser. */

/** In memory, as long as the test. */
export const a_storage = (mostCharacters = Number.POSITIVE_INFINITY): Storage => {
  const entries = new Map<string, string>()
  const total = () => [...entries.values()].reduce((sum, text) => sum + text.length, 0)
  return {
    get length() {
      return entries.size
    },
    key: (index) => [...entries.keys()][index] ?? null,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, text) => {
      if (total() - (entries.get(key)?.length ?? 0) + text.length > mostCharacters) throw new Error('full')
      entries.set(key, text)
    },
    removeItem: (key) => void entries.delete(key),
    clear: () => entries.clear(),
  }
}
