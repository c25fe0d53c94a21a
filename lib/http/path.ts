/** A contract's path, such as `/dialog/{user_id}/send`, matched against the path of a request. */

export type PathTemplate = {
  names: string[]
  /** The parameters, still percent-encoded; undefined if the path does not match. */
  match: (path: string) => Record<string, string> | undefined
}

export const pathTemplate = (template: string): PathTemplate => {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))
  const pattern = new RegExp(
    `^${template
      .split(/\{\w+\}/)
      .map(RegExp.escape)
      .join('([^/]+)')}$`,
  )
  return {
    names,
    match: (path) => {
      const values = pattern.exec(path)
      if (!values) return undefined
      const parameters: Record<string, string> = {}
      for (const [index, name] of names.entries()) parameters[name] = String(values[index + 1])
      return parameters
    },
  }
}
