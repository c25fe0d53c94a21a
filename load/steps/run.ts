/** What `npm run load` hands to a scenario, in one variable of the environment. */

type Run = {
  /** Where the service is, without a slash at the end. */
  target: string
  /** The file with the people and their tokens. */
  people: string
  /** The file for k6's figures. */
  figures: string
  /** A second; of what, the scenario says. */
  rate: number
  durationSeconds: number
}

const handed = __ENV['LOAD_RUN']
if (!handed) throw new Error('start me by npm run load')

export const RUN: Run = JSON.parse(handed)

/** k6's own figures, as they are: the command makes text and JSON of them. */
export const handleSummary = (figures: object) => ({ [RUN.figures]: JSON.stringify(figures) })
