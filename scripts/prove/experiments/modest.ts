/** What two cores bear that carry the database, the service and the clients, and how long things take under it. */

export const SIZE = { nodes: 3, replicas: 3, instances: 4 }
export const MODEST = { scenario: 'town', rate: 40 } as const
export const BEFORE_MS = 20_000
/** More than the ten seconds after which all must be well again. */
export const AFTER_MS = 12_000
