import { expect, test } from '@jest/globals'
import { a_command } from '../world/command.ts'

const LONGEST_MS = 240_000

test(
  'the tables and pictures in docs are, to the byte, what npm run lab -- ring makes',
  async () => {
    const command = a_command(['run', '--silent', 'simulate:ring', '--', '--check'], process.env)
    expect({ code: await command.ended, output: command.output() }).toEqual({
      code: 0,
      output: expect.stringContaining('7 files in docs are what the simulation says'),
    })
  },
  LONGEST_MS,
)
