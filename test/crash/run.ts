/**
 * The crash suite: every way to die that this machine can stage, against the real exchange on a real disk.
 *
 *   npm run test:crash -- [--case NAME] [--runs N] [--seed N] [--minutes M] [--short]
 *
 * Prints a row a case as it ends, and all of them at the end. Exits 1 if anything was lost, doubled, undetected or failed.
 * A case that the machine cannot stage is a skip that says what is missing.
 */
import { Command, InvalidArgumentError } from 'commander'
import { wholeNumber } from '../../cli/numbers.ts'
import { CASES, clearUp, HEADING, MINUTES_MAX, rowOf, runSuite, SEED } from './suite.ts'

const SEED_MAX = 2 ** 31 - 1
/** Still alive, for who waits: a line now and then. */
const TOLD_EVERY_MS = 60_000

const atLeastOne = wholeNumber({ min: 1 })
const names = CASES.map(({ name }) => name)

const caseNames = (name: string, before: readonly string[] = []): string[] => {
  if (names.includes(name)) return [...before, name]
  throw new InvalidArgumentError(`There are: ${names.join(', ')}.`)
}

const program = new Command('test:crash')
  .option('--case <name>', `may be repeated: ${names.join(', ')} (default: all)`, caseNames)
  .option('--runs <n>', 'strikes of each case', atLeastOne)
  .option(
    '--seed <n>',
    'of the first call; each further one has the next',
    wholeNumber({ min: 0, max: SEED_MAX }),
    SEED,
  )
  .option('--minutes <n>', 'begins nothing new after so many', atLeastOne, MINUTES_MAX)
  .option('--short', 'each case once or a few times, as npm test does')
  .parse()

interface Flags {
  readonly case?: readonly string[]
  readonly runs?: number
  readonly seed: number
  readonly minutes: number
  readonly short?: boolean
}

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => void clearUp().finally(() => process.exit(status)))
}

const { case: only = [], runs, seed, minutes, short = false } = program.opts<Flags>()
const say = (line: string): void => void process.stdout.write(`${line}\n`)
let toldMs = performance.now()
const onStrikes = (name: string, done: number, wanted: number): void => {
  if (performance.now() - toldMs < TOLD_EVERY_MS) return
  toldMs = performance.now()
  process.stderr.write(`${name}: ${done} of ${wanted}\n`)
}
say(HEADING)
const strikes = runs === undefined ? {} : { strikes: runs }
const results = await runSuite({ only, short, seed, minutes, say, onStrikes, ...strikes })
if (results.length > 1) say(['', HEADING, ...results.map(rowOf)].join('\n'))
if (results.some(({ tally }) => !tally.isClean)) process.exitCode = 1
