/** The conformance table itself: that it is whole, speaks of everything, and stands in WIRE.md. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { runCount, stepsOf } from '../../protocol/conformance/case.ts'
import { DEFAULTS } from '../../protocol/conformance/defaults.ts'
import { AREAS, CONFORMANCE } from '../../protocol/conformance/table.ts'
import { ENUMS } from '../../protocol/enums.ts'
import { conformanceAppendix } from '../../protocol/generator/conformance-appendix.ts'
import type { Field } from '../../protocol/message.ts'
import { WIRE_MESSAGES } from '../../protocol/schema.ts'

const document = readFileSync(new URL('../../../protocol/WIRE.md', import.meta.url), 'utf8')
const lines = CONFORMANCE.flatMap((one) =>
  Array.from({ length: runCount(one) }, (_, run) => stepsOf(one, run)).flat(),
)
const sent = lines.flatMap((step) => step.sent)
const answered = lines.flatMap((step) => step.answered)

test('conformance table: it is the appendix of the wire document', (t) => {
  assert.ok(document.endsWith(conformanceAppendix()), "run 'npm run generate'")
  for (const { id } of CONFORMANCE) assert.ok(document.includes(`| ${id} | `), id)
  t.diagnostic(`${CONFORMANCE.length} cases, ${lines.length} turns in their runs`)
})

test('conformance table: there are many cases, each has an id of its own and a place in the document', () => {
  assert.ok(CONFORMANCE.length >= 150, `${CONFORMANCE.length} cases`)
  const ids = CONFORMANCE.map(({ id }) => id)
  assert.equal(new Set(ids).size, ids.length)
  assert.equal(new Set(AREAS.map(({ letter }) => letter)).size, AREAS.length)
  for (const { id, place } of CONFORMANCE) {
    assert.match(document, new RegExp(`^##+ ${place}( |$)`, 'm'), id)
  }
})

test('conformance table: every message is sent, and every answer is heard', () => {
  const isSent = new Set(sent.map(({ name }) => name))
  const isHeard = new Set(answered.map(({ name }) => name))
  for (const { name, direction } of WIRE_MESSAGES) {
    assert.ok(isSent.has(name), `${name} is never sent`)
    if (direction !== 'client') assert.ok(isHeard.has(name) || NOT_HEARD.has(name), name)
  }
})

/** Only where reports are kept no more: test/gateway/order-entry/resend.test.ts. */
const NOT_HEARD = new Set(['SequenceReset'])

test('conformance table: each field of an application message is sent with a value of its own', () => {
  for (const { name, direction, fields, group } of WIRE_MESSAGES) {
    if (direction !== 'client') continue
    const lines = sent.filter((line) => line.name === name)
    assertSaid(
      name,
      fields,
      lines.flatMap((line) => Object.keys(line.fields)),
    )
    // Orders of a list are checked as others are, and those speak of each field.
    if (group === undefined || WIRE_MESSAGES.some((one) => one.name === group.entry)) continue
    const entries = lines.flatMap((line) => line.entries)
    assertSaid(group.entry, group.fields, entries.flatMap(Object.keys))
  }
})

function assertSaid(of: string, fields: readonly Field[], said: readonly string[]): void {
  for (const { name, inner } of fields) {
    const isAny = inner || name.startsWith('Reserved') || DEFAULTS[of]?.[name] !== undefined
    assert.ok(isAny || said.includes(name), `${of}.${name}`)
  }
}

test('conformance table: each reason of a refusal is heard that the document does not rule out', () => {
  const heard = (field: string): Set<string> =>
    new Set(answered.map(({ fields }) => fields[field]).filter((value) => value !== undefined))
  // The exchange's daily reset comes at a minute of the day: test/gateway/order-entry/daily-reset.test.ts.
  const NEVER = ['SignatureProblem', 'Active', 'SequenceReset']
  const sets = [ENUMS.SessionRejectReason, ENUMS.SessionStatus, ENUMS.BusinessRejectReason]
  const fields = ['SessionRejectReason', 'SessionStatus', 'BusinessRejectReason']
  for (const [index, { values }] of sets.entries()) {
    for (const name of Object.keys(values)) {
      if (NEVER.includes(name) || (index === 2 && name === 'Other')) continue
      assert.ok(heard(fields[index]!).has(name), `${fields[index]} ${name}`)
    }
  }
})
