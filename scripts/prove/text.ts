/** A report in words, for a terminal. */
import type { Report } from './report.ts'

const MOST_FINDINGS = 10

export const textOf = (report: Report): string =>
  [
    ...report.events.map(({ atSeconds, what }) => `${atSeconds.toFixed(1).padStart(6)} s: ${what}`),
    `${report.messages} messages in ${report.dialogs} dialogs, in ${report.tries} tries: ${report.acknowledged} acknowledged, ${report.toldAgain} of them more than once`,
    ...report.phases.map(({ since, acknowledged }) => `acknowledged since ${since}: ${acknowledged}`),
    `answers: ${listed(report.answers)}`,
    `the longest time without an acknowledgement: ${report.longestSilenceSeconds.toFixed(1)} s`,
    `read back: ${listed(report.listed)}`,
    `${Object.entries(report.wrong)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')}; ${report.forbiddenAnswers} answers other than 200, 429 and 503 with Retry-After`,
    ...report.findings.slice(0, MOST_FINDINGS).map((finding) => `  ${finding}`),
  ].join('\n')

const listed = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([name, count]) => `${name}: ${count}`)
    .join(', ')
