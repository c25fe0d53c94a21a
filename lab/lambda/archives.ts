/** What is deployed: one archive per function, as the framework packages it, unpacked into an empty folder. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { finish } from '../../dev/process.ts'
import { serverless } from '../../dev/serverless.ts'

export type Archive = {
  /** As in serverless.yml: `send-message`. */
  name: string
  zip: string
  /** Where it is unpacked: the function's root folder. */
  directory: string
  /** Its files, relative to that folder. */
  files: string[]
  /** As the runtime gets it: `functions/send-message.handler`. */
  handler: string
  environment: Record<string, string>
}
type Properties = {
  Code: { S3Key: string }
  Handler: string
  Environment: { Variables: Record<string, string> }
}
type Resource = { Type: string; Properties: Properties }
export type Template = { Resources: Record<string, Resource> }

/**
 * Packages the functions and unpacks the archives, all below one folder (about 5 s).
 * @throws Error with the framework's own words
 */
export const packArchives = async (
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<{ archives: Archive[]; template: Template }> => {
  const { command, args, cwd, variables, cleanUp } = serverless(['package', '--package', directory])
  // serverless-esbuild leaves its folders for zipping behind.
  const TMPDIR = join(directory, 'tmp')
  await mkdir(TMPDIR, { recursive: true })
  await finish(command, args, { cwd, env: { ...env, ...variables, TMPDIR } }).finally(cleanUp)
  const text = await readFile(join(directory, 'cloudformation-template-update-stack.json'), 'utf8')
  const template: Template = JSON.parse(text)
  const functions = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::Lambda::Function')
  return {
    template,
    archives: await Promise.all(functions.map(({ Properties }) => unpack(directory, Properties))),
  }
}

const unpack = async (packages: string, { Code, Handler, Environment }: Properties): Promise<Archive> => {
  const [, name = ''] = /([^/]+)\.zip$/.exec(Code.S3Key) ?? []
  const zip = join(packages, `${name}.zip`)
  const directory = join(packages, 'unpacked', name)
  const files = Object.entries(unzipSync(await readFile(zip)))
  for (const [file, bytes] of files) {
    await mkdir(dirname(join(directory, file)), { recursive: true })
    await writeFile(join(directory, file), bytes)
  }
  return {
    name,
    zip,
    directory,
    files: files.map(([file]) => file),
    handler: Handler,
    environment: Environment.Variables,
  }
}
