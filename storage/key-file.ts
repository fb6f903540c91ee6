/**
 *   tradsys key create, revoke ──▶ KEY FILE ──▶ order entry: who may log on, and for what
 *
 * Keys of sessions, in `keys.json` of the data directory. What stands there proves nobody's identity by itself: of an Ed25519 key
 * its public half, of an HMAC key the hash of its secret. Written whole beside the old one and renamed, under a lock of its own,
 * so a reader sees the one or the other, and a crash loses neither. Readable to its owner only.
 */
import * as fs from 'node:fs'
import { dirname, join } from 'node:path'
import { lockDirectory } from './directory-lock.ts'
import { writeDurably } from './durable-file.ts'
import { syncDirectory } from './segment-files.ts'

export const KEY_KINDS = ['ed25519', 'hmac-sha256'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** Each allows what those before it do. */
export const PERMISSIONS = ['read', 'cancel', 'trade'] as const
export type Permission = (typeof PERMISSIONS)[number]

export interface StoredKey {
  /** Username(553) of a Logon: 1-16 of A-Z a-z 0-9 _ -. Never given twice. */
  readonly id: string
  /** The one session that it may log on as. */
  readonly session: string
  readonly kind: KeyKind
  /** PEM of the public key; or SHA-256 of the secret, 64 hex digits. */
  readonly proof: string
  readonly permission: Permission
  /** Addresses or CIDR blocks that it may come from; none: any. */
  readonly addresses: readonly string[]
  /** ISO 8601. */
  readonly created: string
  readonly revoked?: string
}

interface KeyDocument {
  readonly version: 1
  readonly keys: readonly StoredKey[]
}

export const KEY_FILE = 'keys.json'
export const keyFilePath = (dataDirectory: string): string => join(dataDirectory, KEY_FILE)

/** Without a file: none. Throws where the file is none of ours. */
export function readKeys(dataDirectory: string): readonly StoredKey[] {
  let text: string
  try {
    text = fs.readFileSync(keyFilePath(dataDirectory), 'utf8')
  } catch (error) {
    // Where the directory is none, whoever is to write there says so.
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
  const document = parsed(text)
  if (document?.version !== 1 || !Array.isArray(document.keys)) {
    throw new Error(
      `${keyFilePath(dataDirectory)} holds no keys of this version: restore it from a backup, or move it away and make keys anew`,
    )
  }
  return document.keys
}

/**
 * What tells one state of the file from the next without reading it: 0 where there is none. A file is never written over, so its
 * inode changes with it.
 */
export function keyFileStamp(dataDirectory: string): string {
  const stat = fs.statSync(keyFilePath(dataDirectory), { throwIfNoEntry: false })
  return stat === undefined ? '0' : `${stat.ino} ${stat.size} ${stat.mtimeMs}`
}

/** Changes the keys: `change` is told those of now, and answers those from now on. */
export function changeKeys(
  dataDirectory: string,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): void {
  fs.mkdirSync(join(dataDirectory, 'keys'), { recursive: true, mode: 0o700 })
  const lock = lockDirectory(join(dataDirectory, 'keys'))
  try {
    const document: KeyDocument = { version: 1, keys: change(readKeys(dataDirectory)) }
    replaceFile(keyFilePath(dataDirectory), `${JSON.stringify(document, undefined, 2)}\n`)
  } finally {
    lock.release()
  }
}

function parsed(text: string): Partial<KeyDocument> | undefined {
  try {
    return JSON.parse(text) as Partial<KeyDocument>
  } catch {
    return undefined
  }
}

function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`
  writeDurably(beside, text, 'w')
  fs.renameSync(beside, path)
  syncDirectory(dirname(path))
}
