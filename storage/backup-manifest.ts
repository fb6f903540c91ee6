/**
 * What a backup says of itself: up to which commit it goes, and each of its files with its length and SHA-256.
 *
 *   <backup>/backup.json    comes last: what has one is whole
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { JournalError, messageOf } from './journal-error.ts'

export const MANIFEST = 'backup.json'
export const FORMAT = 2
/** Of a journal and its snapshots alone: without protocols of actors, and keys. */
export const FORMAT_OF_JOURNALS = 1
/** What a manifest may name: nothing above the directory that is restored to. */
const FILE_NAME = /^(?:(?:journal|snapshots|protocols)\/\w[\w.-]*|keys\.json)$/

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

export function readManifest(backup: string): BackupManifest {
  const file = path.join(backup, MANIFEST)
  let text: string
  try {
    text = fs.readFileSync(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw unreadable(file, cause)
    throw noManifest(file, messageOf(cause))
  }
  let manifest: Partial<BackupManifest> | null
  try {
    manifest = JSON.parse(text)
  } catch (cause) {
    throw noManifest(file, messageOf(cause))
  }
  const { format, files } = manifest ?? {}
  if (typeof format === 'number' && format > FORMAT) throw manifestNewer(file, format)
  const isRead = format === FORMAT || format === FORMAT_OF_JOURNALS
  if (!isRead || !Array.isArray(files)) throw noManifest(file, 'it says other things')
  const names = new Set<string>()
  for (const one of files) {
    if (!isBackupFile(one)) throw fileDamaged(file, `names ${JSON.stringify(one)}`)
    if (names.has(one.name)) throw fileDamaged(file, `names ${one.name} twice`)
    names.add(one.name)
  }
  return manifest as BackupManifest
}

/** Nothing above the directory that is restored to. */
const isBackupFile = (one: Partial<BackupFile> | null): boolean =>
  typeof one?.name === 'string' &&
  FILE_NAME.test(one.name) &&
  typeof one.bytes === 'number' &&
  typeof one.sha256 === 'string'

function noManifest(file: string, why: string): JournalError {
  return new JournalError('backup-missing', {
    what: `${file} is no manifest of a backup that can be read (${why})`,
    likely: 'the path is mistyped, or the backup was not finished',
    mend: "Give the directory that 'tradsys backup' was given",
  })
}

/** It is there: that is another matter than a path without a backup. */
export function unreadable(file: string, cause: unknown): JournalError {
  return new JournalError('directory-unusable', {
    what: `${file} cannot be read (${messageOf(cause)})`,
    likely: 'this user may not read it, or the disk fails',
    mend: 'Give this user the right to read the backup, or use another one',
    cause,
  })
}

export function fileDamaged(file: string, what: string): JournalError {
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
