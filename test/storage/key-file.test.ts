/** The key file: whole at every moment, its owner's only, and one writer after the other. */
import assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { test } from 'node:test'
import {
  changeKeys,
  keyFilePath,
  keyFileStamp,
  readKeys,
  type StoredKey,
} from '../../storage/key-file.ts'
import { temporaryDirectory } from './journal-fixture.ts'

const key = (id: string): StoredKey => ({
  ...{ id, session: 'A', kind: 'ed25519', proof: 'pem', permission: 'trade' },
  ...{ addresses: [], created: '2026-01-01T00:00:00.000Z' },
})

test('key file: none is no keys; what was written is read, and changes its stamp', (t) => {
  const directory = temporaryDirectory(t)
  assert.deepEqual(readKeys(directory), [])
  const stamps = [keyFileStamp(directory)]
  for (const id of ['one', 'two']) {
    changeKeys(directory, (keys) => [...keys, key(id)])
    stamps.push(keyFileStamp(directory))
  }
  assert.deepEqual(readKeys(directory), [key('one'), key('two')])
  assert.equal(new Set(stamps).size, 3)
  assert.equal(fs.statSync(keyFilePath(directory)).mode & 0o777, 0o600)
})

test('key file: a change that throws changes nothing, and locks nobody out', (t) => {
  const directory = temporaryDirectory(t)
  changeKeys(directory, () => [key('one')])
  const fails = () => {
    throw new Error('no')
  }
  assert.throws(() => changeKeys(directory, fails), /^Error: no$/)
  changeKeys(directory, (keys) => [...keys, key('two')])
  assert.equal(readKeys(directory).length, 2)
})

for (const text of ['', '{', '[]', '{"version":2,"keys":[]}', '{"version":1}']) {
  test(`key file: '${text}' is refused, and not written over`, (t) => {
    const directory = temporaryDirectory(t)
    fs.writeFileSync(keyFilePath(directory), text)
    assert.throws(() => readKeys(directory), /holds no keys of this version: restore it/)
    assert.throws(() => changeKeys(directory, (keys) => keys), /holds no keys of this version/)
    assert.equal(fs.readFileSync(keyFilePath(directory), 'utf8'), text)
  })
}
