/** The kinds of clients of an experiment, and what each of them met, second by second. */
import type { Figures, Phase, Second } from '../recorded.ts'

export type Point = Partial<Figures> & { second: number; kind: string }

export const kindsOf = (phases: Phase[]): string[] =>
  [...new Set(phases.flatMap(({ classes }) => Object.keys(classes)))].sort()

/** A second in which a kind has asked for nothing is a gap in its lines. */
export const pointsOf = (kinds: string[], seconds: Second[]): Point[] => {
  const classes = new Map(seconds.map((one) => [one.second, one.classes]))
  const all = Array.from({ length: 1 + Math.max(-1, ...classes.keys()) }, (_, second) => second)
  return kinds.flatMap((kind) => all.map((second) => ({ second, kind, ...classes.get(second)?.[kind] })))
}
