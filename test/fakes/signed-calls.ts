/** Whether a request is signed as AWS asks: Signature Version 4, computed from the request as its documentation says. */
import { createHash, createHmac } from 'node:crypto'

export type Arrived = {
  method: string
  /** As it was sent, percent-encoded. */
  path: string
  headers: Record<string, string | undefined>
  body: string
}
type Secret = { secretAccessKey: string; service: string; region: string }

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** AWS, "Create a signed AWS API request": paths of all services but S3 are encoded twice. Requests without a query only. */
export const signatureOf = (
  { method, path, headers, body }: Arrived,
  { secretAccessKey, service, region }: Secret,
): string => {
  const { signed = '' } =
    /SignedHeaders=(?<signed>[^,]+)/.exec(String(headers['authorization']))?.groups ?? {}
  const time = String(headers['x-amz-date'])
  const lines = signed.split(';').map((name) => `${name}:${headers[name]?.trim()}\n`)
  const canonicalPath = path.split('/').map(encoded).join('/')
  const canonical = [method, canonicalPath, '', lines.join(''), signed, sha256(body)].join('\n')
  const scope = [time.slice(0, 8), region, service, 'aws4_request']
  const key = scope.reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  return hmac(key, ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n')).toString('hex')
}
