/**
 * Question: how fast does the journal take messages at each durability, and how fast is it read again, verified, replayed,
 * recovered from? Not answered: what a disk does for hours, and what sockets and threads cost (`bench e2e`).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runFresh } from '../book/fresh-process.ts'
import { type Figure, figure } from '../figures.ts'
import type { CommitRun, CommitRunResult } from './commit-child.ts'
import type { DiskRun, DiskRunResult } from './disk-child.ts'
import type { LogRun, LogRunResult } from './log-child.ts'

export interface JournalBenchOptions {
  readonly runs: number
  /** Of committing, in each run. */
  readonly seconds: number
  /** In the journal that is read. */
  readonly commands: number
  /** Behind the snapshot that recovery begins with. */
  readonly behind: number
  /** Where it writes: the disk that is measured. @default the system's temporary directory */
  readonly directory?: string
  readonly onRun?: (name: string) => void
}

/** Under load the sequencer's batch is 512 KiB; with half of it a commit waits less for its disk. */
const FRAMES = 4

export async function runJournal(options: JournalBenchOptions): Promise<Record<string, Figure>> {
  const root = mkdtempSync(join(options.directory ?? tmpdir(), 'tradsys-bench-'))
  try {
    return { ...(await commitFigures(root, options)), ...(await logFigures(root, options)) }
  } finally {
    rmSync(root, { recursive: true })
  }
}

async function commitFigures(
  root: string,
  { runs, seconds, onRun }: JournalBenchOptions,
): Promise<Record<string, Figure>> {
  const results = new Map<string, CommitRunResult[]>(
    ['bare', 'power-loss', 'process-crash', 'none'].map((name) => [name, []]),
  )
  const disks: DiskRunResult[] = []
  for (let index = 0; index < runs; index++) {
    onRun?.(`disk, run ${index + 1} of ${runs}`)
    disks.push(await inFresh<DiskRunResult>(root, 'disk', { seconds, frames: FRAMES }))
    for (const [name, all] of results) {
      onRun?.(`commit, ${name}, run ${index + 1} of ${runs}`)
      const durability = name === 'bare' ? 'power-loss' : (name as CommitRun['durability'])
      const run = { durability, seconds, frames: FRAMES, besideBare: name === 'bare' }
      all.push(await inFresh<CommitRunResult>(root, 'commit', run))
    }
  }
  const figures: Record<string, Figure> = {
    'disk.bytes_per_s': more(disks, (result) => result.bytesPerSecond, 'bytes/s'),
  }
  for (const [name, all] of results) {
    if (name === 'bare') Object.assign(figures, besideBareFigures(all))
    else Object.assign(figures, rateFigures(name, all))
  }
  return figures
}

/** In a directory of its own, which goes with it. */
async function inFresh<T>(
  root: string,
  script: 'commit' | 'disk',
  run: Omit<CommitRun, 'directory'> | Omit<DiskRun, 'directory'>,
): Promise<T> {
  const directory = mkdtempSync(join(root, `${script}-`))
  const result = await runFresh<T>(
    { script: `../journal/${script}-child.js` },
    { ...run, directory },
  )
  rmSync(directory, { recursive: true })
  return result
}

/** The disk's own time, and the journal's over it, taken in turn by one process. */
const besideBareFigures = (all: readonly CommitRunResult[]): Record<string, Figure> => ({
  'fdatasync.us.p50': less(all, ({ bareUs }) => bareUs!.p50, 'us'),
  'fdatasync.us.p99': less(all, ({ bareUs }) => bareUs!.p99, 'us'),
  'commit.us.p50': less(all, ({ commitUs }) => commitUs.p50, 'us'),
  'commit.us.p99': less(all, ({ commitUs }) => commitUs.p99, 'us'),
  'commit.p99.over_fdatasync': less(
    all,
    ({ commitUs, bareUs }) => commitUs.p99 / bareUs!.p99,
    'times',
  ),
})

const rateFigures = (name: string, all: readonly CommitRunResult[]): Record<string, Figure> => ({
  [`commit.${name}.msgs_per_s`]: more(all, (result) => result.messagesPerSecond, 'msgs/s'),
  [`commit.${name}.written_per_byte`]: less(all, (result) => result.writtenPerByte, 'bytes'),
})

async function logFigures(
  root: string,
  { runs, commands, behind, onRun }: JournalBenchOptions,
): Promise<Record<string, Figure>> {
  const directory = join(root, 'log')
  onRun?.(`a journal of ${commands} commands`)
  await runLog({ task: 'make', directory, commands, snapshotAt: commands - behind })
  const tasks = ['verify', 'replay', 'recover'] as const
  const results = new Map(tasks.map((task) => [task, [] as LogRunResult[]]))
  for (let index = 0; index < runs; index++) {
    for (const task of tasks) {
      onRun?.(`${task}, run ${index + 1} of ${runs}`)
      results.get(task)!.push(await runLog({ task, directory }))
    }
  }
  const of = (task: (typeof tasks)[number]): LogRunResult[] => results.get(task)!
  return {
    'verify.bytes_per_s': more(of('verify'), ({ bytes, seconds }) => bytes / seconds, 'bytes/s'),
    'replay.msgs_per_s': more(of('replay'), (result) => result.commands / result.seconds, 'msgs/s'),
    'recover.seconds': less(of('recover'), ({ seconds }) => seconds, 's'),
    'recover.memory_bytes': less(of('recover'), ({ memoryBytes }) => memoryBytes, 'bytes'),
  }
}

const runLog = (run: LogRun): Promise<LogRunResult> =>
  runFresh<LogRunResult>({ script: '../journal/log-child.js' }, run)

const more = <T>(all: readonly T[], of: (one: T) => number, unit: string): Figure =>
  figure(all.map(of), { unit, better: 'more' })

const less = <T>(all: readonly T[], of: (one: T) => number, unit: string): Figure =>
  figure(all.map(of), { unit, better: 'less' })
