/**
 *   nothing ──▶ TARGET/unfinished: all of it, written and verified ──▶ TARGET: renamed into place
 *
 * How a data directory, or a copy of one, is made. Half of a log looks like a whole one: so nothing has its place before
 * everything is there. What an interrupted one has left is known by its name, and in nobody's way; one that is still at work
 * holds the lock in there, for a second one would clear it away, and the first would put the second's half into place.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type DirectoryLock, lockDirectory } from './directory-lock.ts'
import { JournalError, messageOf } from './journal-error.ts'
import { syncDirectory } from './segment-files.ts'

const UNFINISHED = 'unfinished'

export class Workshop {
  readonly directory: string
  readonly #target: string
  readonly #names: readonly string[]
  readonly #wasThere: boolean
  readonly #lock: DirectoryLock
  readonly #placed: string[] = []

  /**
   * `target` must be empty or not there, but for what an interrupted one has left. `names` is what is to be made, in the order
   * in which it gets its place: the last one is what makes the whole one. Throws a JournalError.
   */
  static open(target: string, names: readonly string[]): Workshop {
    try {
      const wasThere = fs.existsSync(target)
      if (wasThere) refuseUsed(target, names)
      const directory = path.join(target, UNFINISHED)
      fs.mkdirSync(directory, { recursive: true })
      const lock = lockDirectory(directory)
      // Again, behind the lock: another may have finished meanwhile.
      refuseUsed(target, names)
      for (const name of names) fs.rmSync(path.join(target, name), { recursive: true, force: true })
      for (const name of fs.readdirSync(directory)) {
        if (name !== 'lock') fs.rmSync(path.join(directory, name), { recursive: true, force: true })
      }
      return new Workshop({ target, directory, names, wasThere, lock })
    } catch (cause) {
      throw cause instanceof JournalError ? cause : unusable(target, cause)
    }
  }

  private constructor(premises: {
    readonly target: string
    readonly directory: string
    readonly names: readonly string[]
    readonly wasThere: boolean
    readonly lock: DirectoryLock
  }) {
    this.directory = premises.directory
    this.#target = premises.target
    this.#names = premises.names
    this.#wasThere = premises.wasThere
    this.#lock = premises.lock
  }

  /** Gives what is there its place, durably. */
  finish(): void {
    for (const name of this.#names) {
      const from = path.join(this.directory, name)
      if (!fs.existsSync(from)) continue
      const place = path.join(this.#target, name)
      fs.renameSync(from, place)
      this.#placed.push(place)
      syncDirectory(this.#target)
    }
    fs.rmSync(this.directory, { recursive: true })
    this.#lock.release()
    syncDirectory(this.#target)
    if (!this.#wasThere) syncDirectory(path.dirname(path.resolve(this.#target)))
  }

  /** Leaves nothing behind, and nothing of anybody else's away. */
  clear(): void {
    // The last one first: without it none of them is taken for the whole.
    for (const place of this.#placed.reverse()) fs.rmSync(place, { recursive: true, force: true })
    fs.rmSync(this.directory, { recursive: true, force: true })
    this.#lock.release()
    if (!this.#wasThere && fs.readdirSync(this.#target).length === 0) fs.rmdirSync(this.#target)
  }
}

/** What was given its place before an interruption is in nobody's way, as long as the last one is still to come. */
function refuseUsed(target: string, names: readonly string[]): void {
  const present = fs.readdirSync(target).filter((name) => name !== UNFINISHED)
  const before = names.slice(0, -1)
  const isHalfPlaced =
    present.every((name) => before.includes(name)) &&
    fs.existsSync(path.join(target, UNFINISHED, names.at(-1)!))
  if (present.length > 0 && !isHalfPlaced) throw notEmpty(target)
}

function notEmpty(directory: string): JournalError {
  return new JournalError('directory-not-empty', {
    what: `${directory} holds something already`,
    likely: 'it is the directory of another exchange, or of an earlier backup',
    mend: 'Give a directory that is empty or not there',
  })
}

function unusable(directory: string, cause: unknown): JournalError {
  return new JournalError('directory-unusable', {
    what: `${directory} cannot be used (${messageOf(cause)})`,
    likely: 'it is a file, leads nowhere, or this user may not write there',
    mend: 'Give a directory that is empty or not there, where this user may write',
    cause,
  })
}
