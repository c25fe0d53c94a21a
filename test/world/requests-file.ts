/** Sends the requests in a file for the REST Client of VS Code; supports the syntax that docs/requests.http uses. */
import { readFileSync } from 'node:fs'

/** The reply to one request, and the status that its title announces. */
export type Answered = { title: string; announced: number; status: number; text: string }

/** Sends all requests in their order. @param told values of variables, which override those of the file */
export const send_the_file = async (file: string, told: Record<string, string>): Promise<Answered[]> => {
  const [head = '', ...parts] = readFileSync(file, 'utf8').split(/^### /m)
  const own = [...head.matchAll(/^@(\w+) = (.*)$/gm)].map(([, name, value]) => [name, value])
  const variables: Record<string, string> = { ...Object.fromEntries(own), ...told }
  const answers: Answered[] = []
  for (const part of parts) {
    const [title = '', ...lines] = part.split('\n')
    const name = /^# @name (\w+)$/m.exec(part)?.[1]
    const words = lines
      .filter((line) => !line.startsWith('#'))
      .join('\n')
      .trim()
    const reply = await sendOne(words.replace(/\{\{([^}]+)\}\}/g, (_, path) => lookUp(variables, path)))
    if (name) variables[name] = reply.text
    answers.push({ title, announced: Number.parseInt(title, 10), ...reply })
  }
  return answers
}

const sendOne = async (words: string) => {
  const [head = '', body] = words.split('\n\n')
  const [first = '', ...headers] = head.split('\n')
  const [method = '', url = ''] = first.split(' ')
  const reply = await fetch(url, {
    method,
    headers: headers.map((line) => line.split(': ') as [string, string]),
    body: body ?? null,
  })
  return { status: reply.status, text: await reply.text() }
}

/** The value of a variable, or of a field in a named reply: `first.response.body.$.id`, `newest.response.body.$[0].id`. */
const lookUp = (variables: Record<string, string>, path: string): string => {
  const [name = '', place] = path.split('.response.body.$')
  const value = variables[name]
  if (value === undefined) throw new Error(`nothing is named ${name} so far`)
  if (place === undefined) return value
  const steps = place.match(/\w+/g) ?? []
  const found = steps.reduce((at, step) => (at as Record<string, unknown>)?.[step], JSON.parse(value))
  if (typeof found !== 'string') throw new Error(`${path} is not in ${value}`)
  return found
}
