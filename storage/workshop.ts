/**
 *   nothing ──▶ TARGET/unfinished: all of it, written and verified ──▶ TARGET: renamed into place
 *
 * How a data directory, or a copy of one, is made. Half of a log looks like a whole one: so nothing has its place before
 * everything is there. What an interrupted one has left is known by its name, and in nobody's way.
 */
import * as fs from 'node:fs'
import * as path from 'node:path'
import { JournalError, messageOf } from './journal-error.ts'
import { syncDirectory } from './segment-files.ts'

const UNFINISHED = 'unfinished'

export class Workshop {
  readonly directory: string
  readonly #target: string
  readonly #wasThere: boolean

  /** `target` must be empty or not there, but for what an interrupted one has left. Throws a JournalError. */
  static open(target: string): Workshop {
    try {
      const wasThere = fs.existsSync(target)
      const others = wasThere ? fs.readdirSync(target).filter((name) => name !== UNFINISHED) : []
      if (others.length > 0) throw notEmpty(target)
      const workshop = new Workshop(target, wasThere)
      fs.rmSync(workshop.directory, { recursive: true, force: true })
      fs.mkdirSync(workshop.directory, { recursive: true })
      return workshop
    } catch (cause) {
      throw cause instanceof JournalError ? cause : unusable(target, cause)
    }
  }

  private constructor(target: string, wasThere: boolean) {
    this.directory = path.join(target, UNFINISHED)
    this.#target = target
    this.#wasThere = wasThere
  }

  /** Gives what is there its place, in this order, durably. The last one is what makes the whole one. */
  finish(names: readonly string[]): void {
    for (const name of names) {
      const from = path.join(this.directory, name)
      if (!fs.existsSync(from)) continue
      fs.renameSync(from, path.join(this.#target, name))
      syncDirectory(this.#target)
    }
    fs.rmSync(this.directory, { recursive: true })
    syncDirectory(this.#target)
  }

  /** Leaves nothing behind, and nothing of anybody else's away. */
  clear(): void {
    fs.rmSync(this.directory, { recursive: true, force: true })
    if (!this.#wasThere && fs.readdirSync(this.#target).length === 0) fs.rmdirSync(this.#target)
  }
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
