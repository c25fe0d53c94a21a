/** Where files are kept: downloads, which all clones on this machine share, and the files of this clone. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** `$XDG_CACHE_HOME/scylla-dialogs`, by default `~/.cache/scylla-dialogs` (XDG Base Directory Specification). */
export const cacheDirectory = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'scylla-dialogs')

/** `$LOCAL_DIRECTORY`, by default the git-ignored `.local`, with the key pair and the database of `npm start`. */
export const localDirectory = (env: NodeJS.ProcessEnv): string =>
  resolve(env['LOCAL_DIRECTORY'] || join(import.meta.dirname, '../.local'))
