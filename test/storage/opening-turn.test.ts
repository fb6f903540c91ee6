import * as assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { extname } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { commitCommands, openWriter, temporaryDirectory } from './journal-fixture.ts'

const CHILD = fileURLToPath(new URL(`./opening-child${extname(import.meta.url)}`, import.meta.url))
const ROUNDS = 300

test('opening turn: processes that open and close one journal at the same time all can', async (t) => {
  const directory = temporaryDirectory(t)
  const writer = openWriter(directory)
  commitCommands(writer, 5)
  writer.close()
  const run = () => promisify(execFile)(process.execPath, [CHILD, directory, String(ROUNDS)])
  const said = await Promise.all([run(), run(), run()])
  assert.deepEqual(
    said.map(({ stdout }) => stdout.trim()),
    ['0', '0', '0'],
  )
})
