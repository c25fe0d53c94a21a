/** Dialogs and their partitions: what no dashboard of a database shows. */
import { MAX_CLOCK_SKEW_MS } from '../../lib/timeline/rules.ts'
import { type Dashboard, each, medianAndMost, one, quantile, rate } from './dashboard.ts'

export const dialogs: Dashboard = {
  name: 'dialogs',
  title: 'Dialogs and partitions',
  panels: [
    {
      title: 'Is it one dialog?',
      answer:
        'Lanes of the time buckets that messages go to. Most dialogs have one; a hot one has up to 64. At 64 for minutes, its partitions are hot again.',
      unit: 'count',
      limit: 64,
      queries: [
        ...medianAndMost('dialogs_lanes'),
        { expression: quantile(1, 'dialogs_lanes'), legend: 'the hottest' },
      ],
    },
    {
      title: 'Are dialogs heating up?',
      answer:
        'Time buckets that were opened with more lanes than the last one (hotter), fewer (cooler), or as many (even).',
      unit: 'a second',
      queries: one(rate('dialogs_openings_total', ['kind']), '{{kind}}'),
    },
    {
      title: 'How many partitions does a page read?',
      answer: 'One or two for almost all pages. Many for a long time: dialogs were hot, or openings fail.',
      unit: 'count',
      queries: medianAndMost('dialogs_page_partitions'),
    },
    {
      title: 'Are inboxes small partitions?',
      answer:
        "Rows of a bucket of an inbox, when its person's newest dialogs are read. The next bucket is opened at 256.",
      unit: 'count',
      queries: medianAndMost('dialogs_inbox_bucket_rows'),
    },
    {
      title: 'Is a write in doubt?',
      answer:
        'Writes that may or may not have been stored: no quorum has answered in time. Without an Idempotency-Key, the client cannot know.',
      unit: 'a second',
      queries: one(rate('dialogs_statements_total', ['statement'], { outcome: 'in_doubt' }), '{{statement}}'),
    },
    {
      title: 'Do the clocks agree?',
      answer: `How far each instance's clock is ahead of the database's. Beyond ${MAX_CLOCK_SKEW_MS / 2} ms either way, an instance refuses sends (50303).`,
      unit: 'seconds',
      limit: MAX_CLOCK_SKEW_MS / 2 / 1_000,
      queries: one(each('dialogs_clock_offset_seconds'), '{{instance}}'),
    },
  ],
}
