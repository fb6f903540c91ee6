/**
 *   data directory, in use or not ──▶ BACKUP ──▶ journal/, snapshots/, backup.json ──▶ RESTORE ──▶ a new data directory
 *
 * Of each segment the frames are taken over that are there at that moment, of the last one up to one commit; all of them are open
 * before the first is read, so that retention, which may delete meanwhile, leaves no hole. Snapshots come behind: so those
 * that are there then stand for whatever the journal does not begin with. The manifest says which commit it was, with the
 * hashes of the two chains there, and the SHA-256 of each file: what is restored is that, or refused.
 */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { HeadMark } from './head-mark.ts'
import { JournalError } from './journal-error.ts'
import { JournalReader } from './journal-reader.ts'
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
import { listSnapshots, snapshotsDirectory } from './snapshot-files.ts'

const MANIFEST = 'backup.json'
const FORMAT = 1
const COPY_BYTES = 4 * 2 ** 20
/** What a manifest may name: nothing above the directory that is restored to. */
const FILE_NAME = /^(?:journal|snapshots)\/\w[\w.-]*$/

export interface BackupFile {
  /** Below the directory. */
  readonly name: string
  readonly bytes: number
  readonly sha256: string
}

export interface BackupManifest {
  readonly format: number
  readonly lastCommand: number
  /** The first shard's. */
  readonly lastEvent: number
  /** SHA-256 of the frames that end with them. */
  readonly commandHash: string
  readonly eventHash: string
  readonly files: readonly BackupFile[]
}

export interface CopyOptions {
  /** Called with the bytes copied so far. */
  readonly onProgress?: (bytes: number) => void
}

/** `target` must be empty or not there. Everything is on the disk on return; nothing is verified yet. */
export function backUp(source: string, target: string, options: CopyOptions = {}): BackupManifest {
  refuseFull(target)
  const segments = openAll(source)
  const copier = new Copier(options)
  let snapshots: string[]
  try {
    fs.mkdirSync(journalDirectory(target), { recursive: true })
    for (const { file, segment } of segments) {
      copyFrames(segment, segmentAt(target, file.firstSequence).path, copier)
    }
    snapshots = copySnapshots(source, target, copier)
  } finally {
    for (const { segment } of segments) segment.close()
  }
  const ends = markEnds(target)
  refuseUnreached(target, segments[0]!.file.firstSequence)
  const inJournal = [...segments.map(({ file }) => file.path), headMarkPath(target)]
  const names = [
    ...inJournal.map((file) => path.join('journal', path.basename(file))),
    ...snapshots,
  ]
  const files = names.map((name) => ({ name, ...copier.digestOf(path.join(target, name)) }))
  const manifest: BackupManifest = { format: FORMAT, ...ends, files }
  writeDurably(path.join(target, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const folder of [journalDirectory(target), target]) syncDirectory(folder)
  return manifest
}

interface OpenSegment {
  readonly file: SegmentFile
  readonly segment: PagedSegment
}

/** Those that are begun; what is open can be read though its file be deleted. */
function openAll(directory: string): OpenSegment[] {
  const open: OpenSegment[] = []
  try {
    for (const file of listSegments(directory)) {
      // Retention was quicker: it deletes from the oldest on.
      const segment = fs.existsSync(file.path) ? PagedSegment.open(file.path) : undefined
      if (segment === undefined) continue
      open.push({ file, segment })
      if (segment.isUnused) open.pop()!.segment.close()
    }
  } catch (error) {
    for (const { segment } of open) segment.close()
    throw error
  }
  if (open.length === 0) throw journalMissing(directory)
  return open
}

/** Without its first command a journal is nothing without a snapshot that stands for what came before. */
function refuseUnreached(target: string, firstCommand: number): void {
  const reaches = ({ sequence }: { readonly sequence: number }): boolean =>
    sequence >= firstCommand - 1
  if (firstCommand === 1 || listSnapshots(target).some(reaches)) return
  throw new JournalError('snapshot-missing', {
    what: `the journal begins at command ${firstCommand}, and no snapshot that was copied reaches it`,
    likely: 'the exchange took snapshots and deleted segments faster than they were copied',
    mend: 'Back up again, into an empty directory',
  })
}

/** `target` must be empty or not there. Each file is checked against the manifest; nothing else is verified yet. */
export function restore(backup: string, target: string, options: CopyOptions = {}): BackupManifest {
  const manifest = readManifest(backup)
  refuseFull(target)
  const copier = new Copier(options)
  for (const { name, bytes, sha256 } of manifest.files) {
    if (!FILE_NAME.test(name)) throw fileDamaged(path.join(backup, MANIFEST), `names '${name}'`)
    const to = path.join(target, name)
    fs.mkdirSync(path.dirname(to), { recursive: true })
    const from = path.join(backup, name)
    if (!fs.existsSync(from)) throw fileDamaged(from, 'is missing')
    copier.copy(from, to)
    const copied = copier.digestOf(to)
    if (copied.bytes !== bytes || copied.sha256 !== sha256)
      throw fileDamaged(from, 'is not what was backed up')
    syncDirectory(path.dirname(to))
  }
  syncDirectory(target)
  return manifest
}

export function readManifest(backup: string): BackupManifest {
  const file = path.join(backup, MANIFEST)
  try {
    const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as BackupManifest
    if (manifest.format > FORMAT) throw manifestNewer(file, manifest.format)
    if (manifest.format === FORMAT && Array.isArray(manifest.files)) return manifest
  } catch (error) {
    if (error instanceof JournalError) throw error
  }
  throw new JournalError('backup-missing', {
    what: `${file} is no manifest of a backup`,
    likely: 'the path is mistyped, or the backup was not finished',
    mend: "Give the directory that 'tradsys backup' was given",
  })
}

/** Copies, and knows what it has copied, so that no file is read twice to be hashed. */
class Copier {
  readonly #onProgress: (bytes: number) => void
  readonly #digests = new Map<string, Omit<BackupFile, 'name'>>()
  #bytes = 0

  constructor({ onProgress = () => undefined }: CopyOptions) {
    this.#onProgress = onProgress
  }

  copy(from: string, to: string): void {
    let out = -1
    try {
      const digest = digestOf(from, (bytes) => {
        // Only now: what has gone meanwhile leaves no empty copy.
        if (out < 0) out = fs.openSync(to, 'wx', 0o600)
        writePaced(out, bytes)
        this.count(bytes.length)
      })
      fs.fsyncSync(out)
      this.#digests.set(to, digest)
    } finally {
      if (out >= 0) fs.closeSync(out)
    }
  }

  count(bytes: number): void {
    this.#bytes += bytes
    this.#onProgress(this.#bytes)
  }

  digestOf(file: string): Omit<BackupFile, 'name'> {
    return this.#digests.get(file) ?? digestOf(file, () => undefined)
  }
}

function digestOf(file: string, take: (bytes: Uint8Array) => void): Omit<BackupFile, 'name'> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(COPY_BYTES)
  const handle = fs.openSync(file, 'r')
  let bytes = 0
  try {
    for (let read = -1; read !== 0; bytes += read) {
      read = fs.readSync(handle, buffer, 0, COPY_BYTES, null)
      const part = buffer.subarray(0, read)
      hash.update(part)
      take(part)
    }
  } finally {
    fs.closeSync(handle)
  }
  return { bytes, sha256: hash.digest('hex') }
}

/** Names below `target`. One that is deleted meanwhile was the oldest, and is not missed. */
function copySnapshots(source: string, target: string, copier: Copier): string[] {
  const from = snapshotsDirectory(source)
  if (!fs.existsSync(from)) return []
  fs.mkdirSync(snapshotsDirectory(target), { recursive: true })
  const names = fs.readdirSync(from).filter((name) => name.endsWith('.snapshot'))
  const copied: string[] = []
  for (const name of names) {
    try {
      copier.copy(path.join(from, name), path.join(snapshotsDirectory(target), name))
      copied.push(path.join('snapshots', name))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  syncDirectory(snapshotsDirectory(target))
  return copied
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
function markEnds(directory: string): Omit<BackupManifest, 'format' | 'files'> {
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

function writeDurably(file: string, text: string): void {
  const handle = fs.openSync(file, 'wx', 0o600)
  try {
    fs.writeSync(handle, text)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}

function refuseFull(directory: string): void {
  if (!fs.existsSync(directory) || fs.readdirSync(directory).length === 0) return
  throw new JournalError('directory-not-empty', {
    what: `${directory} holds something already`,
    likely: 'it is the directory of another exchange, or of an earlier backup',
    mend: 'Give a directory that is empty or not there',
  })
}

function fileDamaged(file: string, what: string): JournalError {
  return new JournalError('journal-damaged', {
    what: `${file} ${what}`,
    likely: 'the backup was damaged, or somebody changed it',
    mend: 'Use another backup; this one is not to be trusted',
  })
}

function manifestNewer(file: string, format: number): JournalError {
  return new JournalError('format-newer', {
    what: `${file} has format ${format}, this build reads up to ${FORMAT}`,
    likely: 'it was written by a newer TradSys',
    mend: 'Restore it with the TradSys version that wrote it, or a newer one',
  })
}
