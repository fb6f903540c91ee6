/** What goes wrong at the command line is one line that says what to do, and nothing is left behind. */
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Premises } from '../exchange/premises.ts'

test('troubles: verbs that need a journal make no directory where there is none', async (t) => {
  const premises = new Premises(t)
  for (const verb of [
    ['snapshot'],
    ['journal', 'repair-tail'],
    ['journal', 'verify'],
    ['replay'],
  ]) {
    const { status, stderr } = await premises.run([...verb, '--data-dir', premises.dataDir])
    assert.equal(status, 5, stderr)
    assert.match(stderr, /^tradsys: journal-missing: no journal in .*\n$/)
    assert.equal(existsSync(premises.dataDir), false, verb.join(' '))
  }
})
