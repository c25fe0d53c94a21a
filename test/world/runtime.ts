/** A function in AWS's own runtime interface client, in a process that can be frozen as on Lambda. */

import type { Archive } from '../../lab/lambda/archives.ts'
import { runtimeClient } from '../../lab/lambda/runtime-client.ts'
import { lazy } from '../../lib/lazy.ts'
import { a_runtime_api } from '../fakes/runtime-api.ts'
import { a_logged_process } from './logged-process.ts'

/** `timeout` in serverless.yml. */
const TIMEOUT_MS = 10_000
const say = (line: string) => void process.stderr.write(`${line}\n`)

/** Built on first use, which takes minutes; once for all functions. */
export const the_runtime_client = lazy(() => runtimeClient(process.env, say))

/** @param variables the configuration of the service, and more that Lambda would set */
export const a_runtime = async (archive: Archive, variables: Record<string, string>) => {
  const api = await a_runtime_api(TIMEOUT_MS, Number(variables['AWS_LAMBDA_MAX_CONCURRENCY'] ?? 1))
  const { child, orEnd, hasEnded, logged, stop } = await a_logged_process([await the_runtime_client()], {
    cwd: archive.directory,
    env: { ...archive.environment, ...environmentOf(archive, api.address), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return {
    handler: (event: unknown) => orEnd(api.invoke(event)),
    /** Stops the process, as Lambda does between two invocations. */
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    hasEnded,
    logged,
    mostAtOnce: api.mostAtOnce,
    stop: async () => {
      child.kill('SIGCONT')
      await stop()
      api.close()
    },
  }
}

/** AWS, "Working with Lambda environment variables": the reserved ones. */
const environmentOf = ({ name, directory, handler }: Archive, address: string) => ({
  AWS_LAMBDA_RUNTIME_API: address,
  LAMBDA_TASK_ROOT: directory,
  _HANDLER: handler,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'tested',
  TZ: ':UTC',
})
