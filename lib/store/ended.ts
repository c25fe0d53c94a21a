/** How a statement of the port has ended, for those who count or record it. */
import { Fault } from '../errors.ts'

/** `not_written`: it is certain that nothing was stored. */
export type Outcome = 'done' | 'not_written' | 'in_doubt'

/** As `statement`, whose end is reported. @throws as `statement` does */
export const reporting = async <Result>(
  statement: () => Promise<Result>,
  end: (outcome: Outcome) => void,
): Promise<Result> => {
  try {
    const result = await statement()
    end('done')
    return result
  } catch (error) {
    end(error instanceof Fault && error.kind === 'write_in_doubt' ? 'in_doubt' : 'not_written')
    throw error
  }
}
