/** Where downloads are kept that every clone on this machine can share. */
import { homedir } from 'node:os'
import { join } from 'node:path'

/** `$XDG_CACHE_HOME/scylla-dialogs`, by default `~/.cache/scylla-dialogs` (XDG Base Directory Specification). */
export const cacheDirectory = (env: NodeJS.ProcessEnv): string =>
  join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'scylla-dialogs')
