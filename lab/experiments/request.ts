/** What a person may ask of `npm run lab -- prove`, and what is refused. */

const ALL = 'all'

/** @throws Error with the usage */
export const readRequest = ([name = '', ...others]: string[], experiments: string[]): string => {
  const names = [...experiments, ALL]
  if (others.length === 0 && names.includes(name)) return name
  const asked = [name, ...others].join(' ') || 'nothing'
  throw new Error(`${asked} is no experiment\nusage: npm run lab -- prove ${names.join(' | ')}`)
}
