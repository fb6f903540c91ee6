/**
 * A user without rights: looks into the directory given, which root has made, and says in JSON what comes of each look.
 * Whoever is no user of rights anyhow stays who he is.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describeError } from '../../cli/cli-error.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { verifyJournal } from '../../storage/verify.ts'

const NOBODY = 65_534

const directory = process.argv[2]!
const LOOKS: Readonly<Record<string, () => unknown>> = {
  'make in ro': () => mkdirSync(join(directory, 'ro/x/journal'), { recursive: true }),
  'read shut': () => JournalReader.open(join(directory, 'shut')),
  'verify shut': () => verifyJournal(join(directory, 'shut')),
  'verify unlisted': () => verifyJournal(join(directory, 'unlisted')),
  'read unmarked': () => JournalReader.open(join(directory, 'unmarked')),
  'verify unmarked': () => verifyJournal(join(directory, 'unmarked')),
  'verify unread': () => verifyJournal(join(directory, 'unread')),
}

if (process.getuid?.() === 0) process.setuid!(NOBODY)
const told = Object.entries(LOOKS).map(([name, look]) => {
  try {
    return [name, look()]
  } catch (error) {
    return [name, describeError(error)]
  }
})
process.stdout.write(JSON.stringify(Object.fromEntries(told)))
