/** Opens and closes the journal of a directory, again and again, and says how often that failed. */
import { JournalReader } from '../../storage/journal-reader.ts'

const [directory = '', rounds = '0'] = process.argv.slice(2)
const failures: string[] = []
for (let round = 0; round < Number(rounds); round++) {
  try {
    JournalReader.open(directory).close()
  } catch (error) {
    failures.push(`round ${round}: ${error instanceof Error ? error.message : error}`)
  }
}
process.stdout.write(`${failures.length} ${failures[0] ?? ''}\n`)
