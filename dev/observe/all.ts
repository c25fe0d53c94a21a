/** The dashboards, in the order in which an operator opens them. */
import { accounts } from './accounts.ts'
import type { Dashboard } from './dashboard.ts'
import { database } from './database.ts'
import { dialogs } from './dialogs.ts'
import { push } from './push.ts'
import { service } from './service.ts'

export const DASHBOARDS: Dashboard[] = [service, database, dialogs, push, accounts]
