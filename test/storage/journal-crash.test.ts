import * as assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { extname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { JournalReader } from '../../storage/journal-reader.ts'
import type { Durability } from '../../storage/journal-writer.ts'
import { verifyJournal } from '../../storage/verify.ts'
import { commitCommands, openWriter, randomFrom, temporaryDirectory } from './journal-fixture.ts'

const SEED = 20_261
const CHILD = fileURLToPath(new URL(`./crash-child${extname(import.meta.url)}`, import.meta.url))

/** The last line that the child finished before the kill. */
function runAndKill(directory: string, durability: Durability, afterMs: number) {
  const child = spawn(process.execPath, [CHILD, directory, durability], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise<{ command: number; event: number }>((resolve, reject) => {
    let said = ''
    child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs))
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString('latin1')
    })
    child.on('error', reject)
    child.on('close', () => {
      const [command, event] = said.split('\n').at(-2)?.split(' ').map(Number) ?? []
      resolve({ command: command ?? 0, event: event ?? 0 })
    })
  })
}

for (const durability of ['power-loss', 'process-crash'] as const) {
  test(`journal: with ${durability}, everything committed is there after a kill -9`, async (t) => {
    const directory = temporaryDirectory(t)
    const random = randomFrom(SEED)
    for (let round = 0; round < 4; round++) {
      const hint = `seed ${SEED}, round ${round}`
      const { command, event } = await runAndKill(directory, durability, 20 + random() * 200)
      assert.ok(command > 0, hint)

      const report = verifyJournal(directory)
      assert.deepEqual(report.firstProblem, undefined, hint)
      assert.ok(report.commands >= command, `${hint}: ${report.commands} of ${command}`)
      assert.ok(report.events >= event, `${hint}: ${report.events} of ${event}`)

      const writer = openWriter(directory, durability)
      assert.equal(writer.lastCommand, report.commands, hint)
      commitCommands(writer, 3)
      writer.close()
      const reader = JournalReader.open(directory)
      assert.equal(reader.lastCommand, report.commands + 3, hint)
      reader.close()
    }
  })
}
