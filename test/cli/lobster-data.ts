/**
 * Where the recorded day is: in `$TRADSYS_DATA/lobster`, else in `../shared/data/lobster`. It may not stand in the project;
 * tests that need it skip where it is absent, and say so.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = fileURLToPath(new URL('../../../', import.meta.url))
const folder = join(process.env.TRADSYS_DATA ?? join(checkout, '../shared/data'), 'lobster')
const path = (kind: string): string =>
  join(folder, `GOOG_2012-06-21_34200000_57600000_${kind}_10.csv.gz`)

export const lobsterPaths = {
  messagesPath: path('message'),
  bookPath: path('orderbook'),
  tick: 100,
}

const isThere = existsSync(lobsterPaths.messagesPath) && existsSync(lobsterPaths.bookPath)
/** For a test's options: false, or why it skips. */
export const lobsterSkip = isThere
  ? false
  : `no LOBSTER sample in ${folder}; set TRADSYS_DATA to its parent`
