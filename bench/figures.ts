/** What every suite prints: named figures with their runs, the machine and the commit. */
import { execFileSync } from 'node:child_process'
import { cpus, release, totalmem } from 'node:os'
import { packageVersion } from '../cli/version.ts'

export interface Figure {
  readonly median: number
  readonly best: number
  readonly worst: number
  readonly runs: readonly number[]
  readonly unit: string
}

export interface SuiteResult {
  readonly suite: string
  readonly commit: string
  readonly machine: Readonly<Record<string, string | number>>
  readonly figures: Readonly<Record<string, Figure>>
  /** Of what was said while the clock ran, where a suite has one. */
  readonly hashes?: readonly HashCheck[]
}

export interface HashCheck {
  readonly flow: string
  readonly sha256: string
  /** Whether it is the one it must be; undefined: nobody knows what that is. */
  readonly isRight: boolean | undefined
}

/** `better` says which end of the runs is the best one. */
export function figure(
  runs: readonly number[],
  { unit, better }: { readonly unit: string; readonly better: 'more' | 'less' },
): Figure {
  const sorted = [...runs].sort((a, b) => a - b)
  const least = sorted[0]!
  const most = sorted.at(-1)!
  return {
    median: medianOf(sorted),
    best: better === 'more' ? most : least,
    worst: better === 'more' ? least : most,
    runs,
    unit,
  }
}

/** Of an even number the mean of the two in the middle: the upper one would flatter a rate. */
function medianOf(sorted: readonly number[]): number {
  const upper = sorted.length >> 1
  const lower = (sorted.length - 1) >> 1
  return (sorted[lower]! + sorted[upper]!) / 2
}

export function suiteResult(suite: string, figures: SuiteResult['figures']): SuiteResult {
  return { suite, commit: commitOf(), machine: machine(), figures }
}

export function printSuite(result: SuiteResult, asJson: boolean): void {
  if (asJson) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  const { cpu, cpus: count, node } = result.machine
  process.stdout.write(`${result.suite} at ${result.commit}, ${count} × ${cpu}, Node ${node}\n`)
  const width = Math.max(36, ...Object.keys(result.figures).map((name) => name.length))
  for (const [name, { median, best, worst, unit }] of Object.entries(result.figures)) {
    const text = `${name.padEnd(width)} ${shown(median)} ${unit}  (best ${shown(best)}, worst ${shown(worst)})`
    process.stdout.write(`${text}\n`)
  }
}

const shown = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(1)

function commitOf(): string {
  const here = new URL('../..', import.meta.url)
  try {
    const git = (...args: string[]): string =>
      execFileSync('git', args, {
        cwd: here,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const dirty = git('status', '--porcelain', '-uno').length > 0 ? '+changes' : ''
    return `${git('rev-parse', '--short', 'HEAD').trim()}${dirty}`
  } catch {
    return `v${packageVersion()}`
  }
}

function machine(): Record<string, string | number> {
  const all = cpus()
  return {
    cpu: all[0]?.model ?? 'unknown',
    cpus: all.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release()}`,
    node: process.versions.node,
  }
}
