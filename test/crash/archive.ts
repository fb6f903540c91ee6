/**
 * All segments that there ever were, where the exchange deletes the oldest: each under a second name from soon after it was
 * made, in a directory that only the autopsy reads. The file is the same, so it holds what the exchange wrote to its end.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { headMarkPath, journalDirectory, listSegments } from '../../storage/segment-files.ts'
import type { Premises } from '../exchange/premises.ts'
import type { Scene } from './crash-case.ts'

/** A segment goes when three snapshots stand behind it: seconds after it was made. */
const LOOK_MS = 50

export class Archive {
  readonly #dataDir: string
  readonly #directory: string

  static begin(scene: Scene, dataDir: string, premises: Premises): Archive {
    const archive = new Archive(dataDir, join(premises.directory, 'archive'))
    const timer = setInterval(() => archive.#link(), LOOK_MS)
    scene.after(() => clearInterval(timer))
    return archive
  }

  private constructor(dataDir: string, directory: string) {
    this.#dataDir = dataDir
    this.#directory = directory
    mkdirSync(journalDirectory(directory), { recursive: true })
  }

  /** A data directory with all that the stopped exchange has ever written. */
  ofNow(): string {
    this.#link()
    copyFileSync(headMarkPath(this.#dataDir), headMarkPath(this.#directory))
    return this.#directory
  }

  #link(): void {
    for (const { path } of listSegments(this.#dataDir)) {
      const kept = join(journalDirectory(this.#directory), basename(path))
      if (existsSync(kept)) continue
      try {
        linkSync(path, kept)
      } catch (error) {
        // Deleted since it was listed. If it was never linked, the autopsy finds the gap.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
  }
}
