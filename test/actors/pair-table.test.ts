/** Rows for pairs, held against a Map. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PairTable } from '../../actors/pair-table.ts'
import { seeded } from './seeded.ts'

test('pair table: a pair has one row for ever, and the rows come in order', () => {
  const random = seeded(1)
  const table = new PairTable(1 << 20)
  const rows = new Map<string, number>()
  for (let i = 0; i < 100_000; i++) {
    const first = random(400)
    const second = random(2) === 0 ? random(100) : -random(2 ** 31)
    const key = `${first}/${second}`
    assert.equal(table.find(first, second), rows.get(key) ?? 0, key)
    if (!rows.has(key)) rows.set(key, rows.size + 1)
    const row = table.row(first, second)
    assert.equal(row, rows.get(key), key)
    assert.equal(`${table.first(row)}/${table.second(row)}`, key)
  }
  assert.equal(table.count, rows.size)
})

test('pair table: a full one knows what it has and takes no more', () => {
  const table = new PairTable(2)
  assert.deepEqual([table.row(1, 2), table.row(2, 1), table.row(1, 1)], [1, 2, 0])
  assert.ok(table.isFull)
  assert.deepEqual([table.row(1, 2), table.row(2, 1), table.find(1, 1)], [1, 2, 0])
})

test('pair table: (0, 0) is a pair like any other', () => {
  const table = new PairTable(2)
  assert.equal(table.find(0, 0), 0)
  assert.equal(table.row(0, 0), 1)
  assert.equal(table.find(0, 0), 1)
})
