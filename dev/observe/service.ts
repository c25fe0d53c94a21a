/** The service as its callers see it: is it us, and where? */
import { type Dashboard, each, medianAndMost, observed, ofProcess, one, quantile, rate } from './dashboard.ts'
import { ratio } from './promql.ts'

/** HTTP statuses, and the codes of errors, which begin with their status. */
const FAILED = { code: /5.*/ }

export const service: Dashboard = {
  name: 'service',
  title: 'Service',
  panels: [
    {
      title: 'Is it us?',
      answer:
        'The share of requests that the service could not serve. Nothing here, and callers complain: look between them and us. Otherwise: which operation, which instance, and is it the database (its dashboard)?',
      unit: 'share',
      limit: 0.001,
      queries: one(
        ratio(rate('dialogs_requests_total', [], FAILED), rate('dialogs_requests_total')),
        'failed',
      ),
    },
    {
      title: 'Which error is it?',
      answer:
        'Refusals by code; docs/api.md lists them. 50301 and 50302: the database. 50303: a clock. 50304 to 50306: a deployment. 50307: too few instances, or a slow database. 500: a bug of ours, in the log.',
      unit: 'a second',
      queries: one(rate('dialogs_requests_total', ['code'], { code: /[45].*/ }), '{{code}}'),
    },
    {
      title: 'Is it one operation?',
      answer:
        'Failures by operation. One alone points at its statements; all of them at the database or at an instance.',
      unit: 'a second',
      queries: one(rate('dialogs_requests_total', ['operation'], FAILED), '{{operation}}'),
    },
    {
      title: 'Is it one instance?',
      answer:
        'Failures by instance. One alone: stop it, the others take over; its clock, its network and its deployment are suspects.',
      unit: 'a second',
      queries: one(rate('dialogs_requests_total', ['instance'], FAILED), '{{instance}}'),
    },
    {
      title: 'Are we slow?',
      answer:
        'Of all requests, from a request that has been read to its reply. A statement is given up after 1.5 s, a request after 4.5 s.',
      unit: 'seconds',
      queries: medianAndMost('dialogs_request_duration_seconds'),
    },
    {
      title: 'Which operation is slow?',
      answer: 'p99 by operation. Those that hash a password take a few hundred milliseconds by design.',
      unit: 'seconds',
      queries: one(quantile(0.99, 'dialogs_request_duration_seconds', ['operation']), '{{operation}}'),
    },
    {
      title: 'How much is asked of us?',
      answer:
        'A fall to nothing without errors is a fault before us: DNS, a load balancer, a release of the clients.',
      unit: 'requests a second',
      queries: one(observed('dialogs_request_duration_seconds', ['operation']), '{{operation}}'),
    },
    {
      title: 'Is it one caller?',
      answer:
        'What was turned away to protect the service, by reason. No metric names a caller: the log has the request ids of those that were turned away.',
      unit: 'a second',
      queries: one(rate('dialogs_turned_away_total', ['reason']), '{{reason}}'),
    },
    {
      title: 'Is the processor the limit?',
      answer:
        'Cores in use. An event loop that is late by more than 100 ms delays everything else that is measured here.',
      unit: 'count',
      queries: one(ofProcess('process_cpu_seconds_total'), 'cores, {{instance}}'),
    },
    {
      title: 'Does the event loop keep up?',
      answer:
        'How late it is, p99. Late, and the processor is idle: something blocks, such as a full disk under the log.',
      unit: 'seconds',
      queries: one(ofProcess('nodejs_eventloop_lag_p99_seconds'), '{{instance}}'),
    },
    {
      title: 'Does memory grow?',
      answer: 'Resident memory. It rises with load and with sockets, and comes to rest.',
      unit: 'bytes',
      queries: one(ofProcess('process_resident_memory_bytes'), '{{instance}}'),
    },
    {
      title: 'Are all processes there?',
      answer:
        'Processes of each instance; a stuck one did not tell its metrics within a second; the other panels have what it told last.',
      unit: 'count',
      queries: one(each('dialogs_workers'), '{{state}}, {{instance}}'),
    },
  ],
}
