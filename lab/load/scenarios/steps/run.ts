/** What `npm run lab -- load` hands to a scenario, in one variable of the environment. */

type Run = {
  /** Where the instances of the service are, without a slash at the end. */
  targets: string[]
  /** The file with the people and their tokens. */
  people: string
  /** The file for k6's figures. */
  figures: string
  /** A second; of what, the scenario says. */
  rate: number
  durationSeconds: number
  /** The closed model, of so many who ask again as soon as they are answered: how much does it bear? */
  users?: number
  /** Of the torrent: nothing else, and sends only. */
  alone?: true
  /** Every request is written down. */
  records?: true
}

const handed = __ENV['LOAD_RUN']
if (!handed) throw new Error('start me by npm run lab -- load')

export const RUN: Run = JSON.parse(handed)

/** k6's own figures, as they are: the command makes text and JSON of them. */
export const handleSummary = (figures: object) => ({ [RUN.figures]: JSON.stringify(figures) })
