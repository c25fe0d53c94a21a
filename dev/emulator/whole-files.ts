/** Plugin of esbuild: a bundle is replaced as a whole, for a thread may read it just while another is made. */
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Plugin } from 'esbuild'

/** Needs esbuild not to write itself: `write: false`. */
export const wholeFiles: Plugin = {
  name: 'whole-files',
  setup: (build) =>
    build.onEnd(async ({ outputFiles = [] }) => {
      for (const { path, contents } of outputFiles) {
        await mkdir(dirname(path), { recursive: true })
        await writeFile(`${path}.new`, contents)
        await rename(`${path}.new`, path)
      }
    }),
}
