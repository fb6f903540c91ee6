/**
 * Commits until it is killed, and says after each commit how far it came. Run by journal-crash.test.ts.
 */
import * as fs from 'node:fs'
import type { Durability } from '../../storage/journal-writer.ts'
import { commitCommands, openWriter } from './journal-fixture.ts'

const [, , directory, durability] = process.argv
const writer = openWriter(directory!, durability as Durability)
for (let round = 1; ; round++) {
  commitCommands(writer, 1 + ((round * 13) % 400))
  fs.writeSync(1, `${writer.lastCommand} ${writer.lastEvent}\n`)
}
