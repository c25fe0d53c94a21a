/** GET /openapi.json */
import { app } from '../lib/context.ts'
import { showDocumentContract } from '../lib/contract/show-document.ts'
import { endpoint } from '../lib/http/endpoint.ts'
import document from '../openapi.json' with { type: 'json' }

export const handler = endpoint(showDocumentContract, async () => document, app)
