/** A copy of the repository as it stands, commits or not, in which anything may be changed. */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')

export const a_copy = () => {
  const directory = mkdtempSync(join(tmpdir(), 'dialogs-copy-'))
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
  const names = listed.trim().split('\n')
  // A file that was removed is listed until that is committed.
  for (const name of names.filter((one) => existsSync(join(ROOT, one))))
    cpSync(join(ROOT, name), join(directory, name))
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
