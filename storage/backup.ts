/**
 *   data directory, in use or not ──▶ BACKUP ──▶ journal/, snapshots/, backup.json ──▶ RESTORE ──▶ a new data directory
 *
 * Sealed segments and snapshots never change and are copied as files; of the segment that is written to, the frames are
 * taken over that are there at that moment. So a backup holds the log up to one commit, whole. Its manifest says which,
 * with the hashes of the two chains there, and the SHA-256 of each file: what is restored is that, or refused.
 */
import { createHash } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { HeadMark } from './head-mark.ts'
import { JournalError } from './journal-error.ts'
import { JournalReader } from './journal-reader.ts'
import { PagedSegment, type PagedTable } from './paged-segment.ts'
import { CHAIN_START } from './segment-bound.ts'
import { type StoredFrame, writeSegment } from './segment-copy.ts'
import {
  headMarkPath,
  journalDirectory,
  listSegments,
  segmentAt,
  syncDirectory,
} from './segment-files.ts'
import { snapshotsDirectory } from './snapshot-files.ts'

const MANIFEST = 'backup.json'
const FORMAT = 1
const COPY_BYTES = 4 * 2 ** 20

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
  fs.mkdirSync(journalDirectory(target), { recursive: true })
  const copier = new Copier(options)
  const snapshots = copySnapshots(source, target, copier)
  for (const file of listSegments(source)) {
    // Retention was quicker.
    if (!fs.existsSync(file.path)) continue
    const segment = PagedSegment.open(file.path)
    if (segment === undefined || (segment.isUnused && file.firstSequence > 1)) {
      segment?.close()
      continue
    }
    const to = segmentAt(target, file.firstSequence).path
    try {
      if (segment.seal !== undefined) copier.copy(file.path, to)
      else copyFrames(segment, to)
    } finally {
      segment.close()
    }
  }
  const ends = markEnds(target)
  const segments = listSegments(target).map((file) =>
    path.join('journal', path.basename(file.path)),
  )
  const names = [
    ...segments,
    path.join('journal', path.basename(headMarkPath(target))),
    ...snapshots,
  ]
  const files = names.map((name) => ({ name, ...copier.digestOf(path.join(target, name)) }))
  const manifest: BackupManifest = { format: FORMAT, ...ends, files }
  writeDurably(path.join(target, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
  for (const folder of [journalDirectory(target), target]) syncDirectory(folder)
  return manifest
}

/** `target` must be empty or not there. Each file is checked against the manifest; nothing else is verified yet. */
export function restore(backup: string, target: string, options: CopyOptions = {}): BackupManifest {
  const manifest = readManifest(backup)
  refuseFull(target)
  const copier = new Copier(options)
  for (const { name, bytes, sha256 } of manifest.files) {
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

/** Copies, and knows what it has copied, so that nothing is read twice to be hashed. */
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
      const digest = this.#read(from, (bytes) => {
        // Only now: what has gone meanwhile leaves no empty copy.
        if (out < 0) out = fs.openSync(to, 'wx', 0o600)
        fs.writeSync(out, bytes)
      })
      fs.fsyncSync(out)
      this.#digests.set(to, digest)
    } finally {
      if (out >= 0) fs.closeSync(out)
    }
  }

  digestOf(file: string): Omit<BackupFile, 'name'> {
    return this.#digests.get(file) ?? this.#read(file, () => undefined)
  }

  #read(file: string, take: (bytes: Uint8Array) => void): Omit<BackupFile, 'name'> {
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
        this.#bytes += read
        this.#onProgress(this.#bytes)
      }
    } finally {
      fs.closeSync(handle)
    }
    return { bytes, sha256: hash.digest('hex') }
  }
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
function copyFrames(segment: PagedSegment, to: string): void {
  const start = { commands: CHAIN_START, events: segment.eventsOf.map(() => CHAIN_START) }
  // Events first: none is there before the command that caused it, so these commands are the causes of all of them.
  const lastEvents = segment.eventsOf.map((table) => table.newest())
  const lastCommand = segment.commands.newest()
  writeSegment(to, {
    head: segment.head ?? start,
    seal: undefined,
    commands: framesOf(segment.commands, lastCommand),
    events: segment.eventsOf.map((table, shard) => framesOf(table, lastEvents[shard]!)),
  })
}

function* framesOf(table: PagedTable, last: number): Generator<StoredFrame> {
  for (const firstSequence of table.keysFrom(1)) {
    if (firstSequence > last) return
    yield { firstSequence, bytes: table.get(firstSequence)! }
  }
}

/** Writes the head mark of a journal that is on the disk to its end. */
function markEnds(directory: string): Omit<BackupManifest, 'format' | 'files'> {
  const reader = JournalReader.open(directory)
  const { commandEnd, eventEnd } = reader
  reader.close()
  const [lastCommand, lastEvent] = [commandEnd.lastSequence, eventEnd.lastSequence]
  const mark = HeadMark.open(headMarkPath(directory))
  try {
    mark.write({ lastCommand, lastEvent, commandHash: commandEnd.hash, eventHash: eventEnd.hash })
  } finally {
    mark.close()
  }
  const hex = (hash: Uint8Array): string => Buffer.from(hash).toString('hex')
  return {
    lastCommand,
    lastEvent,
    commandHash: hex(commandEnd.hash),
    eventHash: hex(eventEnd.hash),
  }
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
