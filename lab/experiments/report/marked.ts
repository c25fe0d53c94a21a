/** The places of a document that are rebuilt, between `<!-- figures: name -->` and `<!-- end -->`; prose stays as it is. */

const MARK = /^<!-- (?:figures: ([a-z-]+)|end) -->$/gm
const PLACE = /^(<!-- figures: ([a-z-]+) -->)$[\s\S]*?^(<!-- end -->)$/gm

/** In the order of the document. @throws Error when a place does not end, begins inside another, or comes twice */
export const placesOf = (text: string): string[] => {
  const marks = [...text.matchAll(MARK)].map(([, name = 'end']) => name)
  const places = marks.filter((_, index) => index % 2 === 0)
  const astray = marks.findIndex((name, index) => (name === 'end') !== (index % 2 === 1))
  if (astray >= 0) throw new Error(`figures: not expected here: ${marks.slice(0, astray + 1).join(', ')}`)
  if (marks.length % 2 === 1) throw new Error(`figures: ${places.at(-1)} has no end`)
  const again = places.find((name, index) => places.indexOf(name) < index)
  if (again) throw new Error(`figures: ${again} comes twice`)
  return places
}

/** @param figures what is to stand in each place */
export const filled = (text: string, figures: (place: string) => string): string => {
  placesOf(text)
  return text.replace(PLACE, (_, begin, place, end) => `${begin}\n\n${figures(place)}\n\n${end}`)
}
