/**
 *   data directory, in use or not ──▶ BACKUP ──▶ journal/, snapshots/, protocols/, backup.json ──▶ RESTORE ──▶ a new data directory
 *
 * Of each segment the frames are taken over that are there at that moment, of the last one up to one commit, and of the snapshots
 * those that stand before it. All of them are open before the first is read, so that retention, which may delete meanwhile, leaves
 * no hole, and what stands for a missing beginning is there to its end. The manifest says which commit it was, with the
 * hashes of the two chains there, and the SHA-256 of each file: what is restored is that, or refused.
 */

import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import {
  type BackupFile,
  type BackupManifest,
  FORMAT,
  FORMAT_OF_JOURNALS,
  fileDamaged,
  MANIFEST,
  readManifest,
  unreadable,
} from './backup-manifest.ts'
import { writeDurably } from './durable-file.ts'
import type { SchemaHashes } from './frame.ts'
import { HeadMark } from './head-mark.ts'
import { JournalError } from './journal-error.ts'
import { JournalReader } from './journal-reader.ts'
import { KEY_FILE, keyFilePath } from './key-file.ts'
import { writePaced } from './paced-write.ts'
import { PagedSegment, type PagedTable } from './paged-segment.ts'
import { CHAIN_START } from './segment-bound.ts'
import { type StoredFrame, writeSegment } from './segment-copy.ts'
import {
  headMarkPath,
  journalDirectory,
  journalMissing,
  listSegments,
  type SegmentFile,
  segmentAt,
  syncDirectory,
} from './segment-files.ts'
import { listSnapshots, type SnapshotFile, snapshotsDirectory } from './snapshot-files.ts'
import { headOfFitting } from './snapshot-fit.ts'
import { Workshop } from './workshop.ts'

const COPY_BYTES = 4 * 2 ** 20
/** As engine/journaled/protocol-history.ts writes them; one that is not finished has another name. */
const PROTOCOLS = 'protocols'
const PROTOCOLS_FILE = /^[0-9a-f]{16}\.json$/

export interface CopyOptions {
  /** Called with the bytes copied so far. */
  readonly onProgress?: (bytes: number) => void
  /** Called with the copy before it has its place: what it throws is the end of it. */
  readonly verify?: (directory: string) => void | Promise<void>
}

export interface BackUpOptions extends CopyOptions {
  /**
   * Of the snapshots that may stand for a beginning that the journal lacks: one of them must be whole, and this journal's.
   * @default only where they stand is looked at, not what is in them
   */
  readonly schemaHash?: SchemaHashes
}

type BackupEnds = Omit<BackupManifest, 'format' | 'files'>

/** `target` must be empty or not there. Everything is on the disk on return; where that fails, nothing is left of it. */
export async function backUp(
  source: string,
  target: string,
  options: BackUpOptions = {},
): Promise<BackupManifest> {
  const parts = ['protocols', KEY_FILE, 'snapshots', 'journal', MANIFEST]
  return inWorkshop({ target, parts }, options, (directory) => {
    const copier = new Copier(options)
    // Before anything is read: what is open is there to its end, whatever retention deletes meanwhile.
    const snapshots = openSnapshots(source)
    const segments = openSegments(source, snapshots)
    let copied: string[]
    let ends: BackupEnds
    try {
      fs.mkdirSync(journalDirectory(directory), { recursive: true })
      for (const { file, segment } of segments) {
        copyFrames(segment, segmentAt(directory, file.firstSequence).path, copier)
      }
      ends = markEnds(directory)
      copied = copySnapshots(snapshots, ends.lastCommand, directory, copier)
    } finally {
      for (const { segment } of segments) segment.close()
      for (const { handle } of snapshots) fs.closeSync(handle)
    }
    // Behind the frames: a set of protocols is there before the first frame that is written under it.
    const besides = [
      ...copyProtocols(source, directory, copier),
      ...copyKeys(source, directory, copier),
    ]
    refuseUnreached(directory, options)
    const inJournal = [...segments.map(({ file }) => file.path), headMarkPath(directory)]
    const names = [...inJournal.map((file) => path.join('journal', path.basename(file))), ...copied]
    const files = [...names, ...besides].map((name) => ({
      name,
      ...copier.digestOf(path.join(directory, name)),
    }))
    // What builds of before can restore they are to restore.
    const format = besides.length > 0 ? FORMAT : FORMAT_OF_JOURNALS
    const manifest: BackupManifest = { format, ...ends, files }
    writeDurably(path.join(directory, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
    syncDirectory(journalDirectory(directory))
    return manifest
  })
}

/** Makes it in a corner, has it verified, and gives it its place, part by part: what has the last one is whole. */
async function inWorkshop(
  { target, parts }: { readonly target: string; readonly parts: readonly string[] },
  { verify }: CopyOptions,
  make: (directory: string) => BackupManifest,
): Promise<BackupManifest> {
  const workshop = Workshop.open(target, parts)
  try {
    const manifest = make(workshop.directory)
    await verify?.(workshop.directory)
    workshop.finish()
    return manifest
  } catch (error) {
    workshop.clear()
    throw error
  }
}

interface OpenSegment {
  readonly file: SegmentFile
  readonly segment: PagedSegment
}

interface OpenSnapshot {
  readonly name: string
  /** Of the last command that it has seen. */
  readonly sequence: number
  readonly handle: number
}

function openSnapshots(directory: string): OpenSnapshot[] {
  const open: OpenSnapshot[] = []
  for (const { path: file, sequence } of listSnapshots(directory)) {
    try {
      open.push({ name: path.basename(file), sequence, handle: fs.openSync(file, 'r') })
    } catch (error) {
      // The oldest go while newer ones come.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      for (const { handle } of open) fs.closeSync(handle)
      throw error
    }
  }
  return open
}

/** Those that are begun. Where they cannot be opened the snapshots are closed as well. */
function openSegments(directory: string, snapshots: readonly OpenSnapshot[]): OpenSegment[] {
  const open: OpenSegment[] = []
  try {
    for (const file of listSegments(directory)) {
      // Retention was quicker: it deletes from the oldest on.
      const segment = fs.existsSync(file.path) ? PagedSegment.open(file.path) : undefined
      if (segment === undefined) continue
      open.push({ file, segment })
      if (segment.isUnused) open.pop()!.segment.close()
    }
    if (open.length === 0) throw journalMissing(directory)
    return open
  } catch (error) {
    for (const { segment } of open) segment.close()
    for (const { handle } of snapshots) fs.closeSync(handle)
    throw error
  }
}

/** Without its first command a journal is nothing without a snapshot that stands for what came before. */
function refuseUnreached(directory: string, { schemaHash }: BackUpOptions): void {
  const journal = JournalReader.open(directory)
  try {
    const { firstCommand } = journal
    const stands = ({ path: file, sequence }: SnapshotFile): boolean =>
      sequence >= firstCommand - 1 &&
      (schemaHash === undefined || headOfFitting(file, journal, schemaHash) !== undefined)
    if (firstCommand === 1 || listSnapshots(directory).some(stands)) return
    throw new JournalError('snapshot-missing', {
      what: `the journal begins at command ${firstCommand}, and no good snapshot that was copied reaches it`,
      likely:
        'the exchange deleted segments faster than they were copied, or its snapshots are damaged',
      mend: 'Back up again; if that says the same, keep the older backups',
    })
  } finally {
    journal.close()
  }
}

/** `target` must be empty or not there. Each file is checked against the manifest; where that fails, nothing is left of it. */
export async function restore(
  backup: string,
  target: string,
  options: CopyOptions = {},
): Promise<BackupManifest> {
  const manifest = readManifest(backup)
  // A journal may lack its beginning: what stands for that comes first.
  const parts = ['protocols', KEY_FILE, 'snapshots', 'journal']
  return inWorkshop({ target, parts }, options, (directory) => {
    const copier = new Copier(options)
    for (const { name, bytes, sha256 } of manifest.files) {
      const from = path.join(backup, name)
      const to = path.join(directory, name)
      fs.mkdirSync(path.dirname(to), { recursive: true })
      const handle = openFile(from)
      try {
        copier.copyOpen(handle, to)
      } finally {
        fs.closeSync(handle)
      }
      const copied = copier.digestOf(to)
      if (copied.bytes !== bytes || copied.sha256 !== sha256)
        throw fileDamaged(from, 'is not what was backed up')
      syncDirectory(path.dirname(to))
    }
    return manifest
  })
}

/** Of a backup, to be read. */
function openFile(file: string): number {
  try {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    if (stat === undefined) throw fileDamaged(file, 'is missing')
    if (!stat.isFile()) throw fileDamaged(file, 'is no file')
    return fs.openSync(file, 'r')
  } catch (cause) {
    throw cause instanceof JournalError ? cause : unreadable(file, cause)
  }
}

/** Copies, and knows what it has copied, so that no file is read twice to be hashed. */
class Copier {
  readonly #onProgress: (bytes: number) => void
  readonly #digests = new Map<string, Omit<BackupFile, 'name'>>()
  #bytes = 0

  constructor({ onProgress = () => undefined }: CopyOptions) {
    this.#onProgress = onProgress
  }

  copyOpen(from: number, to: string): void {
    const out = fs.openSync(to, 'wx', 0o600)
    try {
      const digest = digestOf(from, (bytes) => {
        writePaced(out, bytes)
        this.count(bytes.length)
      })
      fs.fsyncSync(out)
      this.#digests.set(to, digest)
    } finally {
      fs.closeSync(out)
    }
  }

  count(bytes: number): void {
    this.#bytes += bytes
    this.#onProgress(this.#bytes)
  }

  digestOf(file: string): Omit<BackupFile, 'name'> {
    const known = this.#digests.get(file)
    if (known !== undefined) return known
    const handle = fs.openSync(file, 'r')
    try {
      return digestOf(handle, () => undefined)
    } finally {
      fs.closeSync(handle)
    }
  }
}

function digestOf(handle: number, take: (bytes: Uint8Array) => void): Omit<BackupFile, 'name'> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(COPY_BYTES)
  let bytes = 0
  for (let read = -1; read !== 0; bytes += read) {
    read = fs.readSync(handle, buffer, 0, COPY_BYTES, null)
    const part = buffer.subarray(0, read)
    hash.update(part)
    take(part)
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Those that the copied journal reaches; returns their names below `target`. */
function copySnapshots(
  snapshots: readonly OpenSnapshot[],
  lastCommand: number,
  target: string,
  copier: Copier,
): string[] {
  const reached = snapshots.filter(({ sequence }) => sequence <= lastCommand)
  if (reached.length === 0) return []
  fs.mkdirSync(snapshotsDirectory(target), { recursive: true })
  for (const { name, handle } of reached) {
    copier.copyOpen(handle, path.join(snapshotsDirectory(target), name))
  }
  syncDirectory(snapshotsDirectory(target))
  return reached.map(({ name }) => path.join('snapshots', name))
}

/** What the messages of a journal of actors were, where it is one: without it nobody understands them. Returns their names. */
/** Who may log on: without them nobody could, where the backup is all that is left. A key file is never written over. */
function copyKeys(source: string, target: string, copier: Copier): string[] {
  if (!fs.existsSync(keyFilePath(source))) return []
  const handle = fs.openSync(keyFilePath(source), 'r')
  try {
    copier.copyOpen(handle, keyFilePath(target))
  } finally {
    fs.closeSync(handle)
  }
  syncDirectory(target)
  return [KEY_FILE]
}

function copyProtocols(source: string, target: string, copier: Copier): string[] {
  const from = path.join(source, PROTOCOLS)
  const all = fs.existsSync(from) ? fs.readdirSync(from) : []
  const names = all.filter((name) => PROTOCOLS_FILE.test(name)).sort()
  if (names.length === 0) return []
  fs.mkdirSync(path.join(target, PROTOCOLS), { recursive: true })
  for (const name of names) {
    const handle = fs.openSync(path.join(from, name), 'r')
    try {
      copier.copyOpen(handle, path.join(target, PROTOCOLS, name))
    } finally {
      fs.closeSync(handle)
    }
  }
  syncDirectory(path.join(target, PROTOCOLS))
  return names.map((name) => path.join(PROTOCOLS, name))
}

/** Up to what is there at this moment; whoever writes goes on meanwhile. */
function copyFrames(segment: PagedSegment, to: string, copier: Copier): void {
  // The seal before what it seals: behind it nothing comes. Events before commands: none is there before its cause.
  const { seal } = segment
  const lastEvents = segment.eventsOf.map((table) => table.newest())
  const lastCommand = segment.commands.newest()
  writeSegment(to, {
    head: segment.head ?? {
      commands: CHAIN_START,
      events: segment.eventsOf.map(() => CHAIN_START),
    },
    seal,
    commands: framesOf(segment.commands, lastCommand, copier),
    events: segment.eventsOf.map((table, shard) => framesOf(table, lastEvents[shard]!, copier)),
  })
}

function* framesOf(
  table: PagedTable,
  last: number,
  copier: Copier,
): Generator<StoredFrame, void, void> {
  for (const firstSequence of table.keysFrom(1)) {
    if (firstSequence > last) return
    const bytes = table.get(firstSequence)!
    copier.count(bytes.length)
    yield { firstSequence, bytes }
  }
}

/** Writes the head mark of a journal that is on the disk to its end. */
function markEnds(directory: string): BackupEnds {
  const reader = JournalReader.open(directory)
  const { commands, events } = reader.end
  reader.close()
  const event = events[0]!
  const [lastCommand, lastEvent] = [commands.lastSequence, event.lastSequence]
  const mark = HeadMark.open(headMarkPath(directory))
  try {
    mark.write({ lastCommand, lastEvent, commandHash: commands.hash, eventHash: event.hash })
  } finally {
    mark.close()
  }
  const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')
  return { lastCommand, lastEvent, commandHash: hex(commands.hash), eventHash: hex(event.hash) }
}
