/** The database as seen from here: what its own dashboards cannot know, which is what we wait for. */
import { type Dashboard, happened, medianAndMost, observed, one, quantile, rate } from './dashboard.ts'
import { ratio } from './promql.ts'

export const database: Dashboard = {
  name: 'database',
  title: 'Database, as seen from here',
  panels: [
    {
      title: 'Is it the database?',
      answer:
        'The share of statements that were not done. With requests that fail as well: it is. Requests fail and this is flat: it is us.',
      unit: 'share',
      queries: one(
        ratio(
          rate('dialogs_statements_total', [], { outcome: /not_written|in_doubt/ }),
          rate('dialogs_statements_total'),
        ),
        'not done',
      ),
    },
    {
      title: 'Is it slow?',
      answer:
        'Of a statement, with its retries; it is given up after 1.5 s. A high p99 over a low median is one node, or one partition.',
      unit: 'seconds',
      limit: 1.5,
      queries: medianAndMost('dialogs_statement_duration_seconds'),
    },
    {
      title: 'What has become of statements?',
      answer: 'By outcome. not_written: certainly nothing was stored. in_doubt: it may have been.',
      unit: 'a second',
      queries: one(rate('dialogs_statements_total', ['outcome']), '{{outcome}}'),
    },
    {
      title: 'Is it one statement?',
      answer:
        'Those that were not done, by statement. One alone points at its table; reads alone at a node, writes alone at a disk.',
      unit: 'a second',
      queries: one(
        rate('dialogs_statements_total', ['statement'], { outcome: /not_written|in_doubt/ }),
        '{{statement}}',
      ),
    },
    {
      title: 'Which statement is slow?',
      answer: 'p99 by statement.',
      unit: 'seconds',
      queries: one(quantile(0.99, 'dialogs_statement_duration_seconds', ['statement']), '{{statement}}'),
    },
    {
      title: 'Does one instance see it alone?',
      answer:
        'p99 by instance. One alone: its network, or its processor. All alike: a node; which one, the monitoring of the database tells.',
      unit: 'seconds',
      queries: one(quantile(0.99, 'dialogs_statement_duration_seconds', ['instance']), '{{instance}}'),
    },
    {
      title: 'How many statements does a request take?',
      answer:
        'By the mix of operations, and by how many lanes pages are read from. A step up with the same load: retries, or time buckets that are looked for.',
      unit: 'count',
      queries: one(
        ratio(observed('dialogs_statement_duration_seconds'), observed('dialogs_request_duration_seconds')),
        'statements a request',
      ),
    },
    {
      title: 'Are clients replaced?',
      answer:
        'Database clients that were built within the interval. first: an instance has started. spent: no node answered the one before.',
      unit: 'count',
      queries: one(
        happened('dialogs_database_clients_total', ['reason', 'instance']),
        '{{reason}}, {{instance}}',
      ),
    },
  ],
}
