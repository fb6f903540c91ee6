/**
 * The conformance table: what a firm that certifies against this exchange sends, and what comes back. It is run case by case
 * against a running exchange (test/conformance), and printed as the appendix of WIRE.md.
 *
 * To add a case: write it, as text, at the end of the area that it belongs to, with the area's next number; case.ts says how a
 * case reads. An area of its own is a constant like those beside it, with a letter that no other has, named in AREAS below. A new
 * message needs a line in defaults.ts, and is then in all cases that speak of each message. Then `npm run generate`, and
 * `node --test dist/test/conformance`; CONFORMANCE=D-17 runs that one, CONFORMANCE=D all of D.
 */
import { type Area, type ConformanceCase, casesOf } from './case.ts'
import { CHANGES, QUESTIONS } from './changing.ts'
import { FRAMING, STATES, VERSIONS } from './connecting.ts'
import { DROP_COPIES } from './copying.ts'
import { CANCELS_ON_DISCONNECT, TALK, THROTTLES } from './ending.ts'
import { LISTS } from './listing.ts'
import { LISTED, LOGON, PROOF, SECOND_LOGON } from './logging-on.ts'
import { NUMBERS, RESENDS } from './numbering.ts'
import { NEW_ORDERS } from './ordering.ts'
import { QUOTES } from './quoting.ts'

export const AREAS: readonly Area[] = [
  ...[FRAMING, VERSIONS, STATES],
  ...[LOGON, PROOF, LISTED, SECOND_LOGON],
  ...[NUMBERS, RESENDS, TALK, CANCELS_ON_DISCONNECT],
  ...[NEW_ORDERS, CHANGES, QUESTIONS],
  ...[LISTS, QUOTES, DROP_COPIES],
  THROTTLES,
]

export const CONFORMANCE: readonly ConformanceCase[] = AREAS.flatMap(casesOf)
