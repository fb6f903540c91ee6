/**
 * One exchange at a time in a data directory.
 *
 * The lock is flock(2) on `<directory>/lock`: the kernel lets go of it when the process ends, however it ends. The file
 * stays behind, with the last holder's process id in it for the one who is refused. Where koffi cannot be loaded there
 * is only the id and the question whether such a process lives: then a number used again by another program can keep
 * the directory locked until its file is removed.
 */
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type Flock, LOCK_EX_NB, loadFlock } from './flock.ts'
import { JournalError, messageOf } from './journal-error.ts'

export interface DirectoryLock {
  release(): void
}

export interface LockOptions {
  /** Off: the way without koffi, for its test. @default true */
  readonly useFlock?: boolean
}

/** Makes the directory if it is missing, and takes it; throws in one line if someone else has it. */
export function lockDirectory(directory: string, options: LockOptions = {}): DirectoryLock {
  makeDirectory(directory)
  const file = path.join(directory, 'lock')
  const flock = options.useFlock === false ? null : loadFlock()
  try {
    return flock === null ? lockByProcessId(file) : lockByFlock(file, flock)
  } catch (error) {
    throw error instanceof JournalError ? error : unusable(directory, error)
  }
}

function makeDirectory(directory: string): void {
  try {
    fs.mkdirSync(directory, { recursive: true })
    fs.accessSync(directory, fs.constants.R_OK | fs.constants.W_OK | fs.constants.X_OK)
  } catch (error) {
    throw unusable(directory, error)
  }
}

function lockByFlock(file: string, flock: Flock): DirectoryLock {
  const handle = fs.openSync(file, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o600)
  if (flock(handle, LOCK_EX_NB) !== 0) {
    fs.closeSync(handle)
    throw inUse(path.dirname(file), readProcessId(file))
  }
  fs.ftruncateSync(handle)
  fs.writeSync(handle, `${process.pid}\n`, 0)
  return once(() => fs.closeSync(handle))
}

function lockByProcessId(file: string): DirectoryLock {
  const holder = readProcessId(file)
  if (isAlive(holder)) throw inUse(path.dirname(file), holder)
  removeStale(file)
  const written = `${file}.${randomUUID()}`
  try {
    fs.writeFileSync(written, `${process.pid}\n`, { flag: 'wx', mode: 0o600 })
    if (!linkIfFree(written, file)) throw inUse(path.dirname(file), readProcessId(file))
  } finally {
    fs.rmSync(written, { force: true })
  }
  return once(() => fs.rmSync(file, { force: true }))
}

/**
 * Another starter may have seen the same dead holder, and be further: then the file is its lock by now. So it is moved
 * first, to a name that nobody else looks at, and looked into there. What stays: a third that comes between this move and
 * the way back finds no file. Only flock(2) has no such moment.
 */
function removeStale(file: string): void {
  const aside = `${file}.${randomUUID()}`
  try {
    fs.renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const holder = readProcessId(aside)
  const isHeld = isAlive(holder)
  if (isHeld) linkIfFree(aside, file)
  fs.rmSync(aside, { force: true })
  if (isHeld) throw inUse(path.dirname(file), holder)
}

/** Of two that come at once one makes the file; and whoever sees it sees the process id in it, never an empty one. */
function linkIfFree(from: string, file: string): boolean {
  try {
    fs.linkSync(from, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** Letting go twice must not close a handle or remove a file that is someone else's by now. */
function once(letGo: () => void): DirectoryLock {
  let isHeld = true
  return {
    release: () => {
      if (isHeld) letGo()
      isHeld = false
    },
  }
}

/** 0 if there is no file, or no number in it. */
function readProcessId(file: string): number {
  if (!fs.existsSync(file)) return 0
  const id = Number.parseInt(fs.readFileSync(file, 'latin1'), 10)
  return Number.isSafeInteger(id) && id > 0 ? id : 0
}

/** 0 is nobody. */
function isAlive(processId: number): boolean {
  if (processId === 0) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(directory: string, processId: number): JournalError {
  const holder = processId === 0 ? 'another process' : `process PID ${processId}`
  return new JournalError('directory-in-use', {
    what: `directory in use by ${holder}`,
    likely: `another TradSys runs with ${directory}`,
    mend: 'Stop it first, or give this one a data directory of its own',
  })
}

function unusable(directory: string, cause: unknown): JournalError {
  return new JournalError('directory-unusable', {
    what: `cannot use ${directory} as data directory (${messageOf(cause)})`,
    likely: 'it is a file, or this user may not write there',
    mend: 'Choose another directory, or give this user the right to write to it',
    cause,
  })
}
