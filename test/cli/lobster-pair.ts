/** A message and a book file made from text, in a folder that goes when the test goes. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type LobsterFiles, readLobster } from '../../cli/lobster/files.ts'

export const TICK = 100

export class LobsterPair {
  readonly messagesPath: string
  readonly bookPath: string
  readonly #folder = mkdtempSync(join(tmpdir(), 'tradsys-lobster-'))

  constructor({ ending }: { readonly ending: '.csv' | '.csv.gz' }) {
    this.messagesPath = join(this.#folder, `message${ending}`)
    this.bookPath = join(this.#folder, `orderbook${ending}`)
  }

  /** A pair for one test. */
  static in(context: TestContext, ending: '.csv' | '.csv.gz' = '.csv'): LobsterPair {
    const pair = new LobsterPair({ ending })
    context.after(() => pair.remove())
    return pair
  }

  /** Writes both files and reads them as a day. */
  async read(text: { readonly messages: string; readonly book: string }): Promise<LobsterFiles> {
    write(this.messagesPath, text.messages)
    write(this.bookPath, text.book)
    return readLobster({ messagesPath: this.messagesPath, bookPath: this.bookPath, tick: TICK })
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

function write(path: string, text: string): void {
  writeFileSync(path, path.endsWith('.gz') ? gzipSync(text) : text)
}
