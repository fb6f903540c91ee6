/**
 * Where snapshots are, below a data directory. What is in them is the engine's (engine/recovery/snapshot.ts).
 *
 *   <directory>/snapshots/0-000008421377.snapshot    of shard 0, behind that command
 *                         0-000009421400.new         being written, or what a crash has left of it
 *
 * A file gets its name last, when it is on the disk and was proved: so what has a name was good once.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import type { SchemaHashes } from './frame.ts'
import { writePaced } from './paced-write.ts'
import { syncDirectory } from './segment-files.ts'
import { bodyBytesOf, HEAD_BYTES, snapshotDamaged } from './snapshot-head.ts'

/** As many as are worth their space: the newest is used, the others are for the day when a disk has spoiled it. */
const SNAPSHOTS_KEPT = 3
const SEQUENCE_DIGITS = 12
/** `readFileSync` refuses a file above 2 GiB, and a state may be larger. */
const READ_PIECE_BYTES = 64 * 2 ** 20
const SNAPSHOT_NAME = /^(\d+)-(\d{12,})\.snapshot$/

export interface SnapshotFile {
  readonly shard: number
  /** Of the last command that the state has seen. */
  readonly sequence: number
  readonly path: string
}

export const snapshotsDirectory = (directory: string): string => path.join(directory, 'snapshots')

/** Newest first; empty if there are none. */
export function listSnapshots(directory: string, shard = 0): SnapshotFile[] {
  const folder = snapshotsDirectory(directory)
  if (!fs.existsSync(folder)) return []
  return fs
    .readdirSync(folder)
    .map((name) => ({ name, match: SNAPSHOT_NAME.exec(name) }))
    .filter(({ match }) => match !== null && Number(match[1]) === shard)
    .map(({ name, match }) => ({
      shard,
      sequence: Number(match![2]),
      path: path.join(folder, name),
    }))
    .sort((a, b) => b.sequence - a.sequence)
}

/**
 * All of a snapshot's file; throws SnapshotRefused where its head is none of ours, or is not of a file of this length. Memory is asked
 * for only then: whatever has a snapshot's name may be of any size.
 */
export function readSnapshot(file: string, schemaHash: SchemaHashes): Uint8Array<ArrayBuffer> {
  const handle = fs.openSync(file, 'r')
  try {
    const head = new Uint8Array(HEAD_BYTES)
    const headRead = head.subarray(0, readInto(handle, head))
    const fileBytes = HEAD_BYTES + bodyBytesOf(headRead, schemaHash)
    if (fs.fstatSync(handle).size !== fileBytes) throw snapshotDamaged()
    const bytes = new Uint8Array(fileBytes)
    if (readInto(handle, bytes) !== fileBytes) throw snapshotDamaged()
    return bytes
  } finally {
    fs.closeSync(handle)
  }
}

/** From the file's start; returns how many bytes there were. */
function readInto(handle: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length; ) {
    const piece = Math.min(bytes.length - at, READ_PIECE_BYTES)
    const read = fs.readSync(handle, bytes, at, piece, at)
    if (read === 0) return at
    at += read
  }
  return bytes.length
}

/** On the disk on return, and not named yet. */
export function writeSnapshot(
  directory: string,
  { shard, sequence }: { readonly shard: number; readonly sequence: number },
  bytes: Uint8Array,
): UnnamedSnapshot {
  const folder = snapshotsDirectory(directory)
  fs.mkdirSync(folder, { recursive: true })
  syncDirectory(directory)
  const name = `${shard}-${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`
  const unnamed = path.join(folder, `${name}.new`)
  const handle = fs.openSync(unnamed, 'w', 0o600)
  try {
    writePaced(handle, bytes)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
  return new UnnamedSnapshot(unnamed, path.join(folder, `${name}.snapshot`))
}

export class UnnamedSnapshot {
  readonly path: string
  readonly #named: string

  constructor(unnamed: string, named: string) {
    this.path = unnamed
    this.#named = named
  }

  /** It was proved: gives it its name, durably. Returns its path. */
  name(): string {
    fs.renameSync(this.path, this.#named)
    syncDirectory(path.dirname(this.#named))
    return this.#named
  }

  remove(): void {
    fs.rmSync(this.path, { force: true })
  }
}

/**
 * Deletes what is older than the newest few of those that can be used, and what crashes have left; nobody else may be taking
 * one. What cannot be used counts for nothing: one that is ahead of its journal would stand where the good one belongs.
 * Returns those that are kept and can be used, newest first.
 */
export function pruneSnapshots(
  directory: string,
  isUsable: (file: SnapshotFile) => boolean,
  shard = 0,
): SnapshotFile[] {
  const folder = snapshotsDirectory(directory)
  const files = listSnapshots(directory, shard)
  const kept = files.filter(isUsable).slice(0, SNAPSHOTS_KEPT)
  const oldest = kept.at(-1)?.sequence ?? 0
  for (const file of files) if (file.sequence < oldest) fs.rmSync(file.path, { force: true })
  for (const name of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
    if (name.startsWith(`${shard}-`) && name.endsWith('.new'))
      fs.rmSync(path.join(folder, name), { force: true })
  }
  return kept
}
