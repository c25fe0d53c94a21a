/** Push: what reaches connected devices, and how late. */
import { type Dashboard, each, medianAndMost, one, rate } from './dashboard.ts'

export const push: Dashboard = {
  name: 'push',
  title: 'Push',
  panels: [
    {
      title: 'Do pushes arrive?',
      answer:
        'Frames by what became of them. Nothing is lost that does not arrive: the client reads it later. gone is usual when people leave; unreachable is an instance.',
      unit: 'a second',
      queries: one(rate('dialogs_pushes_total', ['outcome']), '{{outcome}}'),
    },
    {
      title: 'Is it one instance?',
      answer:
        'Frames that did not get to the instance where a device is connected, by who wanted to push. One alone: its network, or its PEER_SECRET.',
      unit: 'a second',
      queries: one(rate('dialogs_pushes_total', ['instance'], { outcome: 'unreachable' }), '{{instance}}'),
    },
    {
      title: 'How late are they?',
      answer: 'From a stored message to a delivered push of it.',
      unit: 'seconds',
      queries: medianAndMost('dialogs_push_delay_seconds'),
    },
    {
      title: 'Who is connected where?',
      answer:
        'Open WebSockets. A fall on one instance and a rise on the others is a restart; a fall everywhere is a fault before us.',
      unit: 'count',
      queries: one(each('dialogs_sockets'), '{{instance}}'),
    },
    {
      title: 'Why do connections end?',
      answer: 'By reason. Many slow: clients or their lines do not read what they are sent.',
      unit: 'a second',
      queries: one(rate('dialogs_socket_closes_total', ['reason']), '{{reason}}'),
    },
  ],
}
