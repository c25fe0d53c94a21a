/** GET /openapi.json */
import { app } from '../lib/context.ts'
import { showDocumentContract } from '../lib/contract/show-document.ts'
import { operation } from '../lib/http/endpoint.ts'
import document from '../openapi.json' with { type: 'json' }

export const on = operation(showDocumentContract, async () => document)
export const handler = on(app)
