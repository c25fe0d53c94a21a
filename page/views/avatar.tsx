/** A coloured circle with initials: the same for a person everywhere. */

const COLOURS = 6

const hashOf = (text: string) =>
  [...text].reduce((hash, one) => (hash * 31 + (one.codePointAt(0) ?? 0)) >>> 0, 7)

const initialsOf = (name: string) =>
  name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()

export const Avatar = ({ person, name }: { person: string; name: string }) => (
  <span class={`avatar colour-${hashOf(person) % COLOURS}`} aria-hidden="true">
    {initialsOf(name || person)}
  </span>
)

/** A user id can be long, and nothing in it tells people apart better than its beginning. */
export const shownName = (names: Map<string, string>, person: string): string => names.get(person) || person
