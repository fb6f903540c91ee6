/** What the environment says, as the configuration understands it. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../../cli/config.ts'

test('configuration: the environment gives numbers, whole and broken, and words', () => {
  const env = {
    TRADSYS__JOURNAL__SNAPSHOT_SECONDS: '0.5',
    TRADSYS__JOURNAL__SNAPSHOT_COMMANDS: '1000',
    TRADSYS__JOURNAL__SEGMENT_MIB: '64',
    TRADSYS__JOURNAL__KEEP_GIB: '1.5',
    TRADSYS__DURABILITY: 'process-crash',
    TRADSYS__ORDER_ENTRY__HOST: '127.0.0.1',
  }
  const { journal, durability, orderEntry } = loadConfig({ files: [], flags: {}, env })
  assert.equal(journal.snapshotSeconds, 0.5)
  assert.equal(journal.snapshotCommands, 1000)
  assert.equal(journal.segmentMiB, 64)
  assert.equal(journal.keepGiB, 1.5)
  assert.equal(durability, 'process-crash')
  assert.equal(orderEntry.host, '127.0.0.1')
})

test('configuration: a name of the environment that is none is told, with the one it may have been', () => {
  const env = { TRADSYS__JOURNAL__SEGMENTS_MIB: '64' }
  const unknown = /unknown configuration key 'journal\.segmentsMib'.*segmentMiB/
  assert.throws(() => loadConfig({ files: [], flags: {}, env }), unknown)
})

test('configuration: a number of the environment that is out of range is named', () => {
  for (const text of ['-1', '1e3', '.5', '0']) {
    const env = { TRADSYS__JOURNAL__SEGMENT_MIB: text }
    assert.throws(() => loadConfig({ files: [], flags: {}, env }), /journal\.segmentMiB/, text)
  }
})

const inEnvironment = (env: Readonly<Record<string, string>>) =>
  loadConfig({ files: [], flags: {}, env })

test('configuration: variables of which one denies the other are told, in whichever order', () => {
  const value = { TRADSYS__JOURNAL: 'x' }
  const key = { TRADSYS__JOURNAL__SEGMENT_MIB: '3' }
  const clash = {
    code: 'config-invalid',
    exitCode: 3,
    message: /gives 'journal' a value, and keys/,
  }
  for (const env of [
    { ...value, ...key },
    { ...key, ...value },
  ]) {
    assert.throws(() => inEnvironment(env), clash)
  }
  const inherited = { TRADSYS__CONSTRUCTOR__NAME: 'x' }
  assert.throws(() => inEnvironment(inherited), { code: 'config-unknown-key' })
})

test('configuration: a key at the wrong place is told where it belongs', () => {
  const told = (flags: Record<string, unknown>, message: RegExp): void =>
    assert.throws(() => loadConfig({ files: [], flags, env: {} }), { exitCode: 3, message })
  told(
    { segmentMiB: 5 },
    /unknown configuration key 'segmentMiB'\. Did you mean 'journal\.segmentMiB'\?/,
  )
  told({ port: 5 }, /Did you mean 'orderEntry\.port' or 'marketData\.port'\?/)
  told({ marketData: { prot: 5 } }, /'marketData\.prot'\. Did you mean 'port'\?/)
  const venue = { currencies: [], instruments: [], sessions: [], instrumens: [] }
  told({ venue }, /'venue\.instrumens'\. Did you mean 'instruments'\?/)
  told(
    { orderEntry: { durability: 'none' } },
    /'orderEntry\.durability'\. Did you mean 'durability'/,
  )
})

test('configuration: a text of digits stays one', () => {
  assert.match(inEnvironment({ TRADSYS__DATA_DIR: '20261128' }).dataDir, /\/20261128$/)
  assert.match(inEnvironment({ TRADSYS__DATA_DIR: '007.50' }).dataDir, /\/007\.50$/)
})
