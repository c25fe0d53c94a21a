/** Tests with emulated clouds and browsers: they need more to be installed, and are not part of `npm test`. */
import type { Config } from 'jest'
import { project, withDatabase } from './jest.config.ts'

export default {
  testTimeout: 120_000,
  projects: [
    { ...project('lambda', '<rootDir>/test/cloud/lambda/**/*.test.ts'), ...withDatabase },
    { ...project('page', '<rootDir>/test/cloud/page/**/*.test.ts'), ...withDatabase },
    project('browser', '<rootDir>/test/cloud/browser/**/*.test.ts'),
    project('observe', '<rootDir>/test/cloud/observe/**/*.test.ts'),
    { ...project('deploy', '<rootDir>/test/cloud/deploy/**/*.test.ts'), ...withDatabase },
  ],
} satisfies Config
