/** A contract's path, such as `/dialog/{user_id}/send`, held against the path of a request. */

export type PathTemplate = {
  names: string[]
  /** The parameters as they stand in the path, still percent-encoded; undefined when the path is another. */
  match: (path: string) => Record<string, string> | undefined
}

export const pathTemplate = (template: string): PathTemplate => {
  const parts = template
    .split('/')
    .map((text, index) => ({ text, index, name: /^\{(\w+)\}$/.exec(text)?.[1] }))
  const parameters = parts.flatMap(({ name, index }) => (name ? { name, index } : []))
  return {
    names: parameters.map(({ name }) => name),
    match: (path) => {
      const segments = path.split('/')
      const fits =
        segments.length === parts.length &&
        parts.every(({ text, name, index }) => (name ? segments[index] !== '' : segments[index] === text))
      return fits
        ? Object.fromEntries(parameters.map(({ name, index }) => [name, String(segments[index])]))
        : undefined
    },
  }
}
