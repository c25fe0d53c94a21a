/** The archives, unpacked far from the repository, and the service that their functions make. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { operationsWith } from '../../bin/operations.ts'
import { type Archive, packArchives } from '../../lab/lambda/archives.ts'
import type { HttpResponse } from '../../lib/http/exchange.ts'
import type { EventKind } from '../fakes/events.ts'
import { throughEvents } from './service.ts'

type Started = { handler: (event: unknown) => Promise<HttpResponse>; stop: () => Promise<void> }

/** @param env the environment that serverless.yml reads */
export const the_archives = async (env = process.env) => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-archives-'))
  const packed = await packArchives(directory, env)
  return { ...packed, remove: () => rm(directory, { recursive: true, force: true }) }
}

/** @param operation as in its contract: `sendMessage` is served by `send-message` */
export const archive_of = (operation: string, archives: Archive[]): Archive => {
  const name = operation.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const archive = archives.find((candidate) => candidate.name === name)
  if (!archive) throw new Error(`no archive ${name}`)
  return archive
}

/** All functions, each started from its archive; those of accounts only where they are on. */
export const a_deployed_service = async <Process extends Started>(
  archives: Archive[],
  start: (archive: Archive) => Promise<Process>,
  config: Parameters<typeof operationsWith>[0] = {},
) => {
  const functions = await Promise.all(
    operationsWith(config).map(async ({ contract }) => ({
      contract,
      ...(await start(archive_of(contract.operation, archives))),
    })),
  )
  return {
    functions,
    service: throughEvents(functions),
    by: (kind: EventKind) => throughEvents(functions, kind),
    stop: async () => {
      for (const { stop } of functions) await stop()
    },
  }
}
