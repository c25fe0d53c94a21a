/** The contracts as an OpenAPI 3.1 document. Used to write the document, never by a function. */
import * as z from 'zod'
import {
  type CreateDocumentOptions,
  createDocument,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiResponsesObject,
} from 'zod-openapi'
import type { FaultKind } from '../errors.ts'
import type { Description } from './contract.ts'
import { problemFields } from './fields.ts'

/** One entry of the table of problems, as far as the document shows it. */
type Problem = { status: number; code: number; message: string }
const problem = z
  .object(problemFields)
  .meta({ id: 'Problem', description: '`errors` is present only with status 400' })

const requestId = {
  description: "The request's own X-Request-Id, or a new one",
  schema: { type: 'string' as const },
}
const retryAfter = {
  description: 'Seconds to wait before retrying',
  schema: { type: 'integer' as const },
}
const challenge = { description: 'An RFC 6750 challenge', schema: { type: 'string' as const } }

export const openApiDocument = (contracts: Description[], problems: Record<FaultKind | 'bug', Problem>) =>
  createDocument(documentOf(contracts, problems), SHOWN)

/** How schemas are shown. */
export const SHOWN: CreateDocumentOptions = {
  override: ({ jsonSchema, io }) => {
    if (io === 'input') return
    // Replies may gain fields: a client that rejects unknown ones would break with the next version.
    if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
    // It repeats what the format says, in a screenful.
    if (jsonSchema.format) delete jsonSchema.pattern
  },
}

const documentOf = (contracts: Description[], problems: Record<FaultKind | 'bug', Problem>) =>
  ({
    openapi: '3.1.0',
    info: {
      title: 'Dialogs',
      version: '1',
      description: 'Messages between two people. Within a dialog, ids sort in the order of sending.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths: Object.fromEntries(
      contracts.map((contract) => [
        contract.path,
        { [contract.method.toLowerCase()]: operationOf(contract, problems) },
      ]),
    ),
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
  }) satisfies ZodOpenApiObject

const operationOf = (
  contract: Description,
  problems: Record<FaultKind | 'bug', Problem>,
): ZodOpenApiOperationObject => {
  const { path, header, query, body } = contract.input.shape as Record<string, z.ZodObject | undefined>
  const faults: (FaultKind | 'bug')[] = [
    ...contract.faults,
    ...(contract.authenticated ? (['unauthorized', 'keys_unavailable', 'misconfigured'] as const) : []),
    'bug',
  ]
  return {
    operationId: contract.operation,
    summary: contract.summary,
    ...(contract.ofAccounts && {
      description: 'Only where people have their accounts here (`ACCOUNTS=on`).',
    }),
    security: contract.authenticated ? [{ bearer: [] }] : [],
    ...((path || header || query) && {
      requestParams: { ...(path && { path }), ...(header && { header }), ...(query && { query }) },
    }),
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [contract.reply ? '200' : '204']: {
        description: 'Success',
        headers: { 'X-Request-Id': requestId, ...contract.replyHeaders },
        ...(contract.reply && {
          content: { [contract.replyType ?? 'application/json']: { schema: contract.reply } },
        }),
      },
      ...problemResponses(faults.map((fault) => problems[fault])),
    },
  } as ZodOpenApiOperationObject
}

const problemResponses = (problems: Problem[]): ZodOpenApiResponsesObject => {
  const statuses = [...new Set(problems.map(({ status }) => status))].sort()
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = problems
        .filter((one) => one.status === status)
        .map(({ code, message }) => `${code}: ${message}.`)
      const headers = {
        'X-Request-Id': requestId,
        ...(status === 401 && { 'WWW-Authenticate': challenge }),
        ...((status === 429 || status === 503) && { 'Retry-After': retryAfter }),
      }
      const content = { 'application/json': { schema: problem } }
      return [String(status), { description: codes.join(' '), headers, content }]
    }),
  ) as ZodOpenApiResponsesObject
}
