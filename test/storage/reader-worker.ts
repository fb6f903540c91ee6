/**
 * A reader in a thread of its own: reads on whenever it is told to, and answers with what it has seen by then. Run by
 * journal-threads.test.ts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { JournalReader } from '../../storage/journal-reader.ts'

const reader = JournalReader.open(workerData as string)
let commands = 0
let events = 0

function readOn(): void {
  reader.refresh()
  for (const frame of reader.commands(commands + 1, { verify: true })) commands = frame.lastSequence
  for (const frame of reader.events(events + 1, { verify: true })) events = frame.lastSequence
}

parentPort!.on('message', (word: string) => {
  if (word === 'close') {
    reader.close()
    parentPort!.close()
    return
  }
  readOn()
  parentPort!.postMessage({ commands, events, last: reader.lastCommand })
})
parentPort!.postMessage('open')
