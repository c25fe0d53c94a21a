/**
 * Preloaded into instances of the service: counts the calls between them at both ends, where nothing else sees them. In the
 * experiment: reads these counts.
 */
import { subscribe } from 'node:diagnostics_channel'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** `received`: at the peer port of this process. */
export type PeerCalls = { made: number; received: number }

/** A folder for the counts. */
const VARIABLE = 'PEER_CALLS'
const EVERY_MS = 200
const isCall = (path = '') => path.includes('/@connections/')

/** For the environment of an instance. */
export const counting = (directory: string) => ({
  [VARIABLE]: directory,
  NODE_OPTIONS: `--import=${import.meta.filename}`,
})

/** Counts appear within `EVERY_MS`. */
export const peerCallsOf = (directory: string, pid: number): PeerCalls =>
  JSON.parse(readFileSync(fileOf(directory, pid), 'utf8'))

const fileOf = (directory: string, pid: number) => join(directory, `peer-calls-${pid}.json`)

const count = (directory: string) => {
  const calls: PeerCalls = { made: 0, received: 0 }
  const file = fileOf(directory, process.pid)
  let written = ''
  const write = () => {
    const text = JSON.stringify(calls)
    if (text !== written) writeFileSync(file, text)
    written = text
  }
  subscribe('http.server.request.start', (message) => {
    if (isCall((message as { request: { url?: string } }).request.url)) calls.received += 1
  })
  subscribe('http.client.request.start', (message) => {
    if (isCall((message as { request: { path?: string } }).request.path)) calls.made += 1
  })
  write()
  setInterval(write, EVERY_MS).unref()
}

const directory = process.env[VARIABLE]
if (directory) count(directory)
