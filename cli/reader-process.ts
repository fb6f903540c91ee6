/**
 *   tradsys replay ──fork──▶ READER PROCESS ──▶ LMDB file
 *
 * Verbs that read a journal do it in a process of their own: a page that the file has lost (a copy cut short, a disk that
 * gave up) is a SIGBUS at the moment of reading it, and no code survives that. The child has this terminal, and
 * writes its results itself; the parent says what happened to it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CliError, ExitCode } from './cli-error.ts'
import type { ReaderVerb } from './reader-child.ts'

/** Of a page that cannot be had: SIGBUS where the file ends before it, SIGSEGV where what it says leads nowhere. */
const DAMAGE_SIGNALS: readonly (string | null)[] = ['SIGBUS', 'SIGSEGV']

/** Runs a verb of reader-child.ts to its end, and leaves with its exit status. `flags` must live through JSON. */
export async function inReaderProcess(verb: ReaderVerb, flags: object): Promise<void> {
  const script = fileURLToPath(
    new URL(`./reader-child${extname(import.meta.url)}`, import.meta.url),
  )
  // The channel tells the child that this process is gone, however it ends; one that computes hears of it when it is done.
  const child = fork(script, [verb, JSON.stringify(flags)], {
    execArgv: [],
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal)
  process.on('SIGINT', forward).on('SIGTERM', forward)
  try {
    const { status, signal } = await ended(child)
    process.exitCode = status ?? statusOf(signal)
  } finally {
    process.off('SIGINT', forward).off('SIGTERM', forward)
  }
}

function ended(
  child: ChildProcess,
): Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (status, signal) => resolve({ status, signal }))
  })
}

function statusOf(signal: NodeJS.Signals | null): number {
  if (signal === 'SIGINT') return ExitCode.Interrupted
  if (signal === 'SIGTERM') return ExitCode.Terminated
  if (DAMAGE_SIGNALS.includes(signal)) {
    throw new CliError('journal-damaged', ExitCode.Journal, {
      what: `the journal's file lacks pages that it needs (reading it ended in ${signal}): it was cut short, or the disk fails`,
      mend: "See what is left with 'tradsys journal verify', then restore the data directory from a replica or a backup",
    })
  }
  throw new CliError('reader-killed', ExitCode.Failure, {
    what: `the process that read the journal was ended by ${signal}`,
    mend: 'Look into the kernel log: with SIGKILL or SIGABRT this machine most often had no memory left',
  })
}
