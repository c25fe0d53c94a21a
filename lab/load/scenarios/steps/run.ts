/** What `npm run lab -- load` passes to a scenario, in one environment variable. */

type Run = {
  /** Where the instances of the service are, without a slash at the end. */
  targets: string[]
  /** The file with the people and their tokens. */
  people: string
  /** The file for k6's figures. */
  figures: string
  /** Per second; each scenario says of what. */
  rate: number
  durationSeconds: number
  /** The closed model: this many users ask again as soon as they are answered. How much does the service bear? */
  users?: number
  /** The torrent scenario writes to its one dialog only. */
  alone?: true
  /** This many people talk; by default all do. */
  town?: number
  /** Which of the stars is written to, counted from the last person. */
  star?: number
  /** Fans write to each other instead. */
  isEven?: true
  /** Every request is recorded. */
  records?: true
}

const handed = __ENV['LOAD_RUN']
if (!handed) throw new Error('start me by npm run lab -- load')

export const RUN: Run = JSON.parse(handed)

/** k6's own figures, unchanged: the command turns them into text and JSON. */
export const handleSummary = (figures: object) => ({ [RUN.figures]: JSON.stringify(figures) })
