/**
 * What may happen to the files of a stopped exchange, and what is owed then: by `journal verify`, which reads everything, and
 * by a start, which reads what is behind the newest good snapshot.
 *
 *   000…1.mdb ─ S1 ─ second ─ S2 ─ third ─ S3 ─ newest     four lives, a snapshot behind each of the first three
 */
import { copyFileSync, cpSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { headMarkPath, listSegments } from '../../storage/segment-files.ts'
import { listSnapshots, snapshotsDirectory } from '../../storage/snapshot-files.ts'
import type { Scene } from './crash-case.ts'

const PAGE_BYTES = 4096

/** Directories that an exchange left, a second one that another did, and one to be mishandled. */
export interface Copies {
  readonly newer: string
  /** The same while the newest segment was written to. */
  readonly older: string
  /** The same while the second segment was. */
  readonly oldest: string
  /** As `newer`, with a snapshot behind its last command. */
  readonly ahead: string
  readonly foreign: string
  /** As `newer` at first. */
  readonly at: string
}

/** Found out; or all is there as before; or one of the two, as it comes. */
export type Verdict = 'refused' | 'whole' | 'either'

/** The snapshot that a start begins with: S3, S2, or none. */
export type FirstStep = 'newest' | 'before' | 'none'

export interface Mishap {
  readonly name: string
  readonly verify: Verdict
  /** Whatever it is: where it opens the state is the one that was there. */
  readonly start: Verdict
  /** What a start begins with. @default not asked */
  readonly from?: FirstStep
  /** What a refused start says. */
  readonly says?: RegExp
  /** The state is the one of `older`. */
  readonly isOlder?: true
  /** Not all frames are there, as retention leaves it. */
  readonly isTrimmed?: true
  readonly happens: (copies: Copies, scene: Scene) => void
}

const segments = (dataDir: string): string[] => listSegments(dataDir).map(({ path }) => path)
/** Newest first. */
const snapshots = (dataDir: string): string[] => listSnapshots(dataDir).map(({ path }) => path)
const newest = (dataDir: string): string => segments(dataDir).at(-1)!

function cut(path: string, scene: Scene): void {
  truncateSync(path, scene.between(0, statSync(path).size))
}

function exchangeTwo(one: string, other: string): void {
  copyFileSync(one, `${one}.aside`)
  copyFileSync(other, one)
  copyFileSync(`${one}.aside`, other)
  rmSync(`${one}.aside`)
}

const takeSegment = (from: string, index: number, at: string): void =>
  copyFileSync(segments(from)[index]!, segments(at)[index]!)

const REFUSED = { verify: 'refused', start: 'refused' } as const
const WHOLE = { verify: 'whole', start: 'whole' } as const
/** In what a start does not read. */
const FOUND_BY_VERIFY = { verify: 'refused', start: 'either' } as const

const OF_NEWEST: readonly Mishap[] = [
  {
    ...{ name: 'the newest segment cut at a page', ...REFUSED },
    happens: ({ at }, scene) => {
      const pages = statSync(newest(at)).size / PAGE_BYTES
      truncateSync(newest(at), scene.between(0, pages) * PAGE_BYTES)
    },
  },
  {
    ...{ name: 'the newest segment cut anywhere', ...REFUSED },
    happens: ({ at }, scene) => cut(newest(at), scene),
  },
  {
    ...{ name: 'the newest segment as it was before', ...REFUSED },
    happens: ({ at, older }) => takeSegment(older, 3, at),
  },
  {
    ...{ name: 'the newest segment gone', ...REFUSED },
    happens: ({ at }) => rmSync(newest(at)),
  },
  {
    ...{ name: 'the newest segment of another exchange', ...REFUSED },
    happens: ({ at, foreign }) => copyFileSync(newest(foreign), newest(at)),
  },
  {
    ...{ name: 'the two newest segments exchanged', ...REFUSED },
    happens: ({ at }) => exchangeTwo(segments(at)[2]!, newest(at)),
  },
  {
    ...{ name: 'no segment', ...REFUSED },
    happens: ({ at }) => {
      for (const path of segments(at)) rmSync(path)
    },
  },
]

const OF_OLD: readonly Mishap[] = [
  {
    ...{ name: 'an old segment cut anywhere', ...FOUND_BY_VERIFY },
    happens: ({ at }, scene) => cut(segments(at)[scene.between(0, 2)]!, scene),
  },
  {
    ...{ name: 'an old segment as it was before', ...FOUND_BY_VERIFY },
    happens: ({ at, oldest }) => takeSegment(oldest, 1, at),
  },
  {
    ...{ name: 'an old segment gone', ...FOUND_BY_VERIFY },
    happens: ({ at }) => rmSync(segments(at)[1]!),
  },
  {
    ...{ name: 'an old segment of another exchange', ...FOUND_BY_VERIFY },
    happens: ({ at, foreign }) => takeSegment(foreign, 0, at),
  },
  {
    ...{ name: 'two old segments exchanged', ...FOUND_BY_VERIFY },
    happens: ({ at }) => exchangeTwo(segments(at)[0]!, segments(at)[1]!),
  },
]

const OF_MARK: readonly Mishap[] = [
  {
    ...{ name: 'no head mark', ...WHOLE, from: 'newest' },
    happens: ({ at }) => rmSync(headMarkPath(at)),
  },
  {
    ...{ name: 'the head mark as it was before', ...WHOLE, from: 'newest' },
    happens: ({ at, older }) => copyFileSync(headMarkPath(older), headMarkPath(at)),
  },
  {
    ...{ name: 'a head mark cut short', verify: 'either', start: 'either' },
    happens: ({ at }, scene) => cut(headMarkPath(at), scene),
  },
  {
    ...{ name: 'the head mark of another exchange', ...REFUSED, says: /durable/ },
    happens: ({ at, foreign }) => copyFileSync(headMarkPath(foreign), headMarkPath(at)),
  },
]

const OF_SNAPSHOTS: readonly Mishap[] = [
  {
    ...{ name: 'the newest snapshot cut short', ...WHOLE, from: 'before' },
    happens: ({ at }, scene) => cut(snapshots(at)[0]!, scene),
  },
  {
    ...{ name: 'the newest snapshot gone', ...WHOLE, from: 'before' },
    happens: ({ at }) => rmSync(snapshots(at)[0]!),
  },
  {
    ...{ name: 'an older snapshot under the newest name', ...WHOLE, from: 'before' },
    happens: ({ at }) => copyFileSync(snapshots(at)[1]!, snapshots(at)[0]!),
  },
  {
    ...{ name: 'the newest snapshot of another exchange', ...WHOLE, from: 'before' },
    happens: ({ at, foreign }) => copyFileSync(snapshots(foreign)[0]!, snapshots(at)[0]!),
  },
  {
    ...{ name: 'the newest snapshot under the name of another command', ...WHOLE, from: 'newest' },
    happens: ({ at }) => {
      const path = join(snapshotsDirectory(at), '0-000000000002.snapshot')
      copyFileSync(snapshots(at)[0]!, path)
      for (const other of snapshots(at)) if (other !== path) rmSync(other)
    },
  },
  {
    ...{ name: 'a snapshot ahead of the journal', ...WHOLE, from: 'newest', isOlder: true },
    happens: ({ at, older, ahead }) => {
      rmSync(at, { recursive: true })
      cpSync(older, at, { recursive: true })
      const path = snapshots(ahead)[0]!
      copyFileSync(path, join(snapshotsDirectory(at), basename(path)))
    },
  },
  {
    ...{ name: 'a snapshot that was being written', ...WHOLE, from: 'newest' },
    happens: ({ at }) => writeFileSync(join(snapshotsDirectory(at), '0-000099999999.new'), 'begun'),
  },
  {
    ...{ name: 'all snapshots cut short', ...WHOLE, from: 'none' },
    happens: ({ at }, scene) => {
      for (const path of snapshots(at)) cut(path, scene)
    },
  },
  {
    ...{ name: 'no folder of snapshots', ...WHOLE, from: 'none' },
    happens: ({ at }) => rmSync(snapshotsDirectory(at), { recursive: true }),
  },
]

const OF_RETENTION: readonly Mishap[] = [
  {
    ...{ name: 'the first segment deleted', ...WHOLE, from: 'newest', isTrimmed: true },
    happens: ({ at }) => rmSync(segments(at)[0]!),
  },
  {
    ...{ name: 'the first segment deleted, and the newest snapshot cut short', ...WHOLE },
    ...{ from: 'before', isTrimmed: true },
    happens: ({ at }, scene) => {
      rmSync(segments(at)[0]!)
      cut(snapshots(at)[0]!, scene)
    },
  },
  {
    ...{ name: 'the first segment deleted, and all snapshots cut short', verify: 'whole' },
    ...{ start: 'refused', says: /snapshot-missing/, isTrimmed: true },
    happens: ({ at }, scene) => {
      rmSync(segments(at)[0]!)
      for (const path of snapshots(at)) cut(path, scene)
    },
  },
  {
    ...{ name: 'only the newest segment, and only the snapshot before the newest' },
    // What is between the two is gone: no snapshot that is left reaches the journal.
    ...{ verify: 'whole', start: 'refused', says: /snapshot-missing/, isTrimmed: true },
    happens: ({ at }) => {
      for (const path of segments(at).slice(0, -1)) rmSync(path)
      rmSync(snapshots(at)[0]!)
    },
  },
]

export const MISHAPS: readonly Mishap[] = [
  ...OF_NEWEST,
  ...OF_OLD,
  ...OF_MARK,
  ...OF_SNAPSHOTS,
  ...OF_RETENTION,
]
