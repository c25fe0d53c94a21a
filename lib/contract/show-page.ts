/** GET /: the chat page. */
import * as z from 'zod'
import type { Contract, Reply } from './contract.ts'

/** As `npm run page` writes it. */
type Page = { html: string; script_hash: string; style_hash: string }
/** `socketUrl` undefined: beside the page itself. */
type ServedPage = { page: Page; hasAccounts: boolean; isPushed: boolean; socketUrl: string | undefined }

/** Nothing but what is in the page, and its own service; no text that arrives can become a script. */
const policyOf = ({ script_hash, style_hash }: Page, socketUrl: string | undefined) =>
  [
    "default-src 'none'",
    `script-src '${script_hash}'`,
    `style-src '${style_hash}'`,
    `connect-src 'self'${socketUrl === undefined ? '' : ` ${socketUrl}`}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ')

const meta = (html: string, name: string, content: string) =>
  html.replace(`<meta name="${name}" content="">`, `<meta name="${name}" content="${content}">`)

const replyOf = ({ page, hasAccounts, isPushed, socketUrl }: ServedPage): Reply => ({
  html: meta(
    meta(page.html, 'accounts', hasAccounts ? 'on' : 'off'),
    'socket',
    isPushed ? (socketUrl ?? '') : 'off',
  ),
  headers: {
    // It may be shown again by going back, but is asked for again otherwise: an old page need not suit a new service.
    'cache-control': 'no-cache',
    'content-security-policy': policyOf(page, socketUrl),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  },
})

const input = z.object({})

export const showPageContract: Contract<object, undefined, undefined, ServedPage> = {
  operation: 'showPage',
  summary: 'The chat page',
  method: 'GET',
  path: '/',
  authenticated: false,
  input,
  toCommand: () => undefined,
  toReply: replyOf,
  reply: z.string(),
  replyType: 'text/html',
  replyHeaders: {
    'Content-Security-Policy': {
      description: 'Allows the script and the style of the page, and requests to its service',
      schema: { type: 'string' },
    },
  },
  faults: ['misconfigured'],
}
