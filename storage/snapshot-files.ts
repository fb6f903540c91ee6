/**
 * Where snapshots are, below a data directory. What is in them is the engine's (engine/snapshot.ts).
 *
 *   <directory>/snapshots/0-000008421377.snapshot    of shard 0, behind that command
 *                         0-000009421400.new         being written, or what a crash has left of it
 *
 * A file gets its name last, when it is on the disk and was proved: so what has a name was good once.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { writePaced } from './paced-write.ts'
import { syncDirectory } from './segment-files.ts'

/** As many as are worth their space: the newest is used, the others are for the day when a disk has spoiled it. */
const SNAPSHOTS_KEPT = 3
const SEQUENCE_DIGITS = 12
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
