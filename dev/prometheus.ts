/** Prometheus and its promtool: those on the PATH, or Debian's package, unpacked without installing it. */
import { join } from 'node:path'
import { succeeds } from './database/cassandra/java.ts'
import { madeOnce } from './once.ts'
import { finish } from './process.ts'
import { progress, type Say } from './progress.ts'

const PACKAGE = 'prometheus'

/** Commands. */
export type PrometheusTools = { prometheus: string; promtool: string }

/** @throws Error that names both ways to one when there is none */
export const findPrometheus = async (env: NodeJS.ProcessEnv, say: Say): Promise<PrometheusTools> => {
  const tools = toolsIn('')
  const are = await Promise.all(Object.values(tools).map((tool) => succeeds(tool, ['--version'], env)))
  if (are.every(Boolean)) return tools
  const place = await madeOnce(env, 'prometheus-debian', async (work, place) => {
    if (!(await succeeds('apt-cache', ['show', PACKAGE], env)))
      throw new Error(`no Prometheus. One of these is needed:
  - prometheus and promtool on the PATH (https://prometheus.io/download/),
  - Debian or Ubuntu with its lists of packages (apt-get update), to unpack its package, once.`)
    await progress(say, `unpacking Debian's ${PACKAGE} (once) to ${place}`, unpack(work))
    return join(work, 'unpacked')
  })
  return toolsIn(join(place, 'usr/bin/'))
}

const toolsIn = (folder: string): PrometheusTools => ({
  prometheus: `${folder}prometheus`,
  promtool: `${folder}promtool`,
})

/** Without root: nothing is installed, and no service is started. */
const unpack = async (work: string) => {
  await finish('apt-get', ['download', PACKAGE], { cwd: work })
  await finish('sh', ['-c', `dpkg-deb --extract ${PACKAGE}_*.deb unpacked`], { cwd: work })
}
