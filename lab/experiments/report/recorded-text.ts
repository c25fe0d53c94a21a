/** A recording as it is stored. */
import type { Recorded } from '../recorded.ts'

/** As JSON with a line for each second, phase, look at the nodes and verdict. */
export const textOf = (recorded: Recorded): string => {
  const lines = Object.entries(recorded).map(([name, value]) => {
    const entries = Array.isArray(value) && value.length > 0 ? value : undefined
    const text = entries
      ? `[\n${entries.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n')}\n  ]`
      : JSON.stringify(value)
    return `  ${JSON.stringify(name)}: ${text}`
  })
  return `{\n${lines.join(',\n')}\n}\n`
}
