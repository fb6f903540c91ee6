/** What goes wrong at the command line: one line for a person, a stable code, and an exit status. */
import { missingRight } from './missing-right.ts'

export const ExitCode = {
  Ok: 0,
  Failure: 1,
  Usage: 2,
  Configuration: 3,
  /** The journal is damaged, or a replay differs. */
  Journal: 4,
  /** A port, a directory or another process that is needed is not to be had. */
  Unavailable: 5,
  Interrupted: 130,
  Terminated: 143,
} as const

export type ExitCodeValue = (typeof ExitCode)[keyof typeof ExitCode]

export class CliError extends Error {
  readonly code: string
  readonly exitCode: ExitCodeValue

  constructor(
    code: string,
    exitCode: ExitCodeValue,
    { what, mend }: { readonly what: string; readonly mend: string },
  ) {
    super(`${what}. ${mend}.`)
    this.code = code
    this.exitCode = exitCode
  }
}

const EXIT_BY_CODE: Readonly<Record<string, ExitCodeValue>> = {
  'journal-damaged': ExitCode.Journal,
  'journal-behind-head-mark': ExitCode.Journal,
  'snapshot-missing': ExitCode.Journal,
  'snapshot.refused': ExitCode.Journal,
  'schema-mismatch': ExitCode.Journal,
  'format-newer': ExitCode.Journal,
  'replay.differs': ExitCode.Journal,
  'directory-in-use': ExitCode.Unavailable,
  'directory-unusable': ExitCode.Unavailable,
  'journal-missing': ExitCode.Unavailable,
  'backup-missing': ExitCode.Unavailable,
  'directory-not-empty': ExitCode.Unavailable,
  'disk-full': ExitCode.Unavailable,
  'thread.hangs': ExitCode.Unavailable,
  'venue-refused': ExitCode.Configuration,
  'cannot-listen': ExitCode.Unavailable,
  EADDRINUSE: ExitCode.Unavailable,
  EACCES: ExitCode.Unavailable,
  EPERM: ExitCode.Unavailable,
  EADDRNOTAVAIL: ExitCode.Unavailable,
  ECONNREFUSED: ExitCode.Unavailable,
  // Of an order entry client whose exchange did not come back.
  unreachable: ExitCode.Unavailable,
  'logon-timeout': ExitCode.Unavailable,
  disconnected: ExitCode.Unavailable,
  unanswered: ExitCode.Unavailable,
  'no-room': ExitCode.Unavailable,
}

const MEND_BY_CODE: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop it, or choose another port (0: any free one).',
  EADDRNOTAVAIL: 'this machine has no such address. Choose one that it has, such as 127.0.0.1.',
  unreachable: 'nobody answers there. Start the exchange, or correct the address.',
  'logon-refused': 'correct the session or its key, or log the other connection off.',
  ECONNREFUSED: 'nobody listens there. Start the exchange, or correct the address.',
}

/** The one line, and the status to leave with. */
export function describeError(error: unknown): { line: string; exitCode: ExitCodeValue } {
  if (!(error instanceof Error)) return { line: String(error), exitCode: ExitCode.Failure }
  const code = (error as { code?: unknown }).code
  if (error instanceof CliError) {
    return { line: `${error.code}: ${error.message}`, exitCode: error.exitCode }
  }
  if (typeof code !== 'string') return { line: error.message, exitCode: ExitCode.Failure }
  const mend = code === 'EACCES' ? mendOfDenied(error) : MEND_BY_CODE[code]
  const line = error.message.startsWith(code) ? error.message : `${code}: ${error.message}`
  return {
    line: mend === undefined ? line : `${line}: ${mend}`,
    exitCode: EXIT_BY_CODE[code] ?? ExitCode.Failure,
  }
}

/** A port that only root may have, or a file. */
function mendOfDenied(error: NodeJS.ErrnoException): string {
  if (error.syscall === 'listen' || error.syscall === 'bind') {
    return 'this user may not listen there. Choose a port above 1023.'
  }
  // An error that came from another process has its line only.
  const path = error.path ?? /'([^']+)'/.exec(error.message)?.[1]
  const right = path === undefined ? 'do that' : missingRight(path)
  return `this user may not ${right}. Give it that right, or choose another path.`
}

/** Says it on stderr, and sets the status to leave with. */
export function reportError(error: unknown): void {
  const { line, exitCode } = describeError(error)
  process.stderr.write(`tradsys: ${line}\n`)
  process.exitCode = exitCode
}
