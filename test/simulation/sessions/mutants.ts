/** Mutants that the simulation of sessions must catch: each switches off one rule of docs/decisions/0033-refresh-tokens.md. */
import type { Mutant } from '../mutants.ts'
import type { Change } from '../product.ts'
import type { Surroundings } from './run.ts'

const deciding = (is: string, instead: string): Change => ({ file: 'accounts/rotate.ts', is, instead })
const refreshing = (is: string, instead: string): Change => ({ file: 'accounts/refresh.ts', is, instead })
const ending = (is: string, instead: string): Change => ({ file: 'accounts/end-session.ts', is, instead })

const ENDS = '  await store.endSession(user, session)\n'
// biome-ignore lint/suspicious/noTemplateCurlyInString: it is the text of a template.
const WITHDRAWS = '  await store.withdraw(user, { what: `sid:${session}`, atMs: now() }, KEPT_SECONDS)\n'

export const SESSION_MUTANTS: Mutant<Surroundings>[] = [
  {
    name: 'previous-is-theft',
    seeds: [4, 7],
    changes: [deciding('presented !== generation && presented !== previous', 'presented !== generation')],
  },
  {
    name: 'previous-repeated-for-ever',
    seeds: [1, 2],
    changes: [
      deciding('if (ageMs > REST_MS)', 'if (presented === generation && ageMs > REST_MS)'),
      deciding('ageMs <= REPEAT_MS', 'true'),
    ],
  },
  {
    name: 'repeated-until-skipped',
    seeds: [8, 9],
    changes: [deciding('ageMs <= REPEAT_MS', 'ageMs <= REST_MS')],
  },
  {
    name: 'skipped-is-accepted',
    seeds: [1, 2],
    changes: [
      deciding('presented !== generation && presented !== previous', 'presented < (previous ?? generation)'),
    ],
  },
  {
    name: 'skipped-is-previous',
    seeds: [1, 9],
    changes: [deciding('previous: presented', 'previous: generation')],
  },
  {
    name: 'a-new-successor-each-time',
    seeds: [11, 18],
    changes: [deciding('if (ageMs > REST_MS)', 'if (presented === previous || ageMs > REST_MS)')],
  },
  {
    name: 'a-repeat-gets-what-is-not-written',
    seeds: [4, 6],
    changes: [
      refreshing('answer(token, decision.generation, ctx)', 'answer(token, decision.generation + 1, ctx)'),
    ],
  },
  {
    // As first designed, but for the skipping: the current token rotates at any time.
    name: 'no-rest-for-the-current',
    seeds: [4, 26],
    changes: [deciding('if (ageMs > REST_MS)', 'if (presented === generation || ageMs > REST_MS)')],
  },
  {
    // As first designed, but for the current token: what was handed out a moment ago may be skipped.
    name: 'skipped-once-not-repeated',
    seeds: [131, 134],
    changes: [
      deciding('if (ageMs > REST_MS)', 'if (ageMs > (presented === previous ? REPEAT_MS : REST_MS))'),
    ],
  },
  {
    name: 'rest-is-40-s',
    seeds: [122, 122],
    changes: [deciding('REST_MS = 60_000', 'REST_MS = 40_000')],
  },
  { name: 'not-conditional', seeds: [568, 568], changes: [], surroundings: { isConditional: false } },
  {
    name: 'doubt-is-applied',
    seeds: [2, 3],
    changes: [refreshing('doubt = error\n', 'return answer(token, token.generation + 1, ctx)\n')],
  },
  {
    name: 'theft-is-refused-only',
    seeds: [1, 2],
    changes: [refreshing('      await end(token.user, token.session)\n', '')],
  },
  { name: 'theft-does-not-withdraw', seeds: [1, 2], changes: [ending(WITHDRAWS, '')] },
  { name: 'theft-does-not-end', seeds: [1, 2], changes: [ending(ENDS, '')] },
  {
    name: 'ended-before-withdrawn',
    seeds: [5, 33],
    changes: [ending(WITHDRAWS, ''), ending(ENDS, `${ENDS}${WITHDRAWS}`)],
  },
  {
    name: 'no-absolute-end',
    seeds: [13, 27],
    changes: [refreshing('!session || nowMs >= endOfSession(token.session)', '!session')],
  },
]
