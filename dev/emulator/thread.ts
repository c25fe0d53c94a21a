/** One thread of the emulator: loads a function's bundle and passes events to its handler. */
import { parentPort, workerData } from 'node:worker_threads'

type Asked = { id: number; event: unknown; timeoutMs: number }

const { handler } = await import(workerData)

parentPort?.on('message', async ({ id, event, timeoutMs }: Asked) => {
  const end = performance.now() + timeoutMs
  const context = { getRemainingTimeInMillis: () => Math.max(0, Math.floor(end - performance.now())) }
  try {
    parentPort?.postMessage({ id, result: await handler(event, context) })
  } catch (error) {
    parentPort?.postMessage({ id, error })
  }
})
