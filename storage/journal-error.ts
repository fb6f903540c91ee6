/**
 * What the journal says when it stops. One line for a person, one stable code for a program.
 *
 *   <what failed>: <likely cause>. <next step>
 */

export type JournalErrorCode =
  /** Another process holds the data directory. */
  | 'directory-in-use'
  /** The path is a file, or may not be written, or cannot be made. */
  | 'directory-unusable'
  /** Something is there already, where something new was to be put. */
  | 'directory-not-empty'
  /** There is no manifest where a backup was to be. */
  | 'backup-missing'
  /** There is no journal where one was to be read. */
  | 'journal-missing'
  /** The journal begins later than at its first command, and no snapshot stands for what is gone. */
  | 'snapshot-missing'
  /** Bytes are not what was written: checksum, chain, gap, length. */
  | 'journal-damaged'
  /** The journal ends before a point that is known to have been durable. */
  | 'journal-behind-head-mark'
  /** Written under another message schema. */
  | 'schema-mismatch'
  /** Written by a newer TradSys. */
  | 'format-newer'
  /** The caller's sequence numbers, times or record lengths break the journal's rules. */
  | 'record-refused'
  /** Too little room left on the disk to go on safely. */
  | 'disk-full'
  /** LMDB or the file system refused an operation. */
  | 'write-failed'
  /** The journal's file is not the one any more that is written to. */
  | 'journal-removed'
  /** An earlier failure stopped this writer. */
  | 'journal-stopped'

export interface JournalErrorDetails {
  readonly what: string
  readonly likely: string
  readonly mend: string
  /** The error underneath, if there was one. */
  readonly cause?: unknown
}

export class JournalError extends Error {
  override readonly name = 'JournalError'
  readonly code: JournalErrorCode
  readonly what: string
  readonly likely: string
  readonly mend: string

  constructor(code: JournalErrorCode, { what, likely, mend, cause }: JournalErrorDetails) {
    const line = `${what}: ${likely}. ${mend}`.replace(/\s*\n\s*/g, ' ')
    super(line, cause === undefined ? undefined : { cause })
    this.code = code
    this.what = what
    this.likely = likely
    this.mend = mend
  }
}

/** The message of anything that was thrown, on one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return text.replace(/\s*\n\s*/g, ' ')
}

const codeOf = (thrown: unknown): unknown => (thrown as { readonly code?: unknown } | null)?.code

/** Of a path that leads to nothing, as against one that may not be looked at. */
export const isNotThere = (thrown: unknown): boolean =>
  codeOf(thrown) === 'ENOENT' || codeOf(thrown) === 'ENOTDIR'

/** The user has no right to it: nothing is known of the file then, and nothing is wrong with it. */
export const isDenied = (thrown: unknown): boolean =>
  codeOf(thrown) === 'EACCES' || codeOf(thrown) === 'EPERM'
