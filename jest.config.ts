import type { Config } from 'jest'

const shared = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
} satisfies Config

export const project = (displayName: string, ...testMatch: string[]) => ({
  ...shared,
  displayName,
  testMatch,
})
const database = '<rootDir>/test/world/database'
export const withDatabase = { globalSetup: `${database}-up.ts`, globalTeardown: `${database}-down.ts` }

export default {
  testTimeout: 120_000,
  // By default one core is left to others: of two, that is half.
  maxWorkers: '100%',
  projects: [
    project('unit', '<rootDir>/{bin,dev,functions,lab,lib,page}/**/*.test.ts'),
    project('endpoint', '<rootDir>/test/endpoint/**/*.test.ts'),
    project('house', '<rootDir>/test/house/**/*.test.ts'),
    project('gate', '<rootDir>/test/gate/**/*.test.ts'),
    project('client', '<rootDir>/test/client/**/*.test.ts'),
    project('simulation', '<rootDir>/test/simulation/**/*.test.ts'),
    { ...project('integration', '<rootDir>/test/integration/**/*.test.ts'), ...withDatabase },
    { ...project('e2e', '<rootDir>/test/e2e/**/*.test.ts'), ...withDatabase },
  ],
} satisfies Config
