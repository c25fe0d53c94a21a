/** Accounts: can people sign in, and does somebody else try to? */
import { type Dashboard, happened, one, quantile, rate } from './dashboard.ts'

export const accounts: Dashboard = {
  name: 'accounts',
  title: 'Accounts',
  panels: [
    {
      title: 'Can people sign in?',
      answer:
        'Attempts by outcome. Refusals beside a steady number of successes: somebody is guessing. No successes: it is us.',
      unit: 'a second',
      queries: one(rate('dialogs_sign_ins_total', ['outcome']), '{{outcome}}'),
    },
    {
      title: 'Is signing in slow?',
      answer: 'p99. A password is hashed two at a time by each process: the rest waits, or is turned away.',
      unit: 'seconds',
      queries: one(
        quantile(0.99, 'dialogs_request_duration_seconds', ['operation'], {
          operation: /login|register|changePassword/,
        }),
        '{{operation}}',
      ),
    },
    {
      title: 'Do sessions go on?',
      answer:
        'Refreshes by outcome. A step in refused: keys that were replaced too early, or a restored database.',
      unit: 'a second',
      queries: one(rate('dialogs_refreshes_total', ['outcome']), '{{outcome}}'),
    },
    {
      title: 'Was a refresh token stolen?',
      answer:
        'Sessions that were ended since two parties used one refresh token. One may be a client with a bug; several are a leak.',
      unit: 'count',
      queries: one(happened('dialogs_refreshes_total', ['instance'], { outcome: 'theft' }), '{{instance}}'),
    },
    {
      title: 'What is withdrawn?',
      answer: 'Withdrawals by kind: a token, a session, everything of a person.',
      unit: 'a second',
      queries: one(rate('dialogs_withdrawals_total', ['kind']), '{{kind}}'),
    },
  ],
}
