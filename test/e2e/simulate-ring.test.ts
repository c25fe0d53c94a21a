import { expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'

const LONGEST_MS = 240_000

test(
  'the tables and pictures of the ring are, to the byte, those that npm run lab -- ring makes',
  async () => {
    const command = a_command(['run', '--silent', 'lab', '--', 'ring', '--check'], process.env)
    expect({ code: await command.ended, output: command.output() }).toEqual({
      code: 0,
      output: expect.stringContaining('7 files in lab/results/ring are what the simulation says'),
    })
  },
  LONGEST_MS,
)
