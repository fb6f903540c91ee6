import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { columnMemory } from '../../engine/shard/column-memory.ts'

const SIZES = [0, 8, 4096, 65_535, 65_536, 65_537, 1 << 20, (1 << 21) + 4, 5 << 20]

test('column memory: as large as asked for, all zero, writable to its end', () => {
  for (const bytes of SIZES) {
    const memory = new Uint8Array(columnMemory(bytes))
    assert.ok(
      memory.length >= bytes && memory.length < bytes + 65_536,
      `${bytes}: ${memory.length}`,
    )
    assert.ok(memory.every((byte) => byte === 0))
    if (bytes > 0) memory[bytes - 1] = 1
  }
})

test('column memory: each is its own', () => {
  const one = new Int32Array(columnMemory(1 << 16))
  const other = new Int32Array(columnMemory(1 << 16))
  one.fill(1)
  assert.ok(other.every((word) => word === 0))
})

test('column memory: a large one begins at a page', (context) => {
  const address = addressOf()
  if (address === undefined) return context.skip('koffi is not here to ask for an address')
  for (const bytes of SIZES.filter((size) => size >= 65_536)) {
    assert.equal(address(new Uint8Array(columnMemory(bytes))) % 4096n, 0n, `${bytes} B`)
  }
})

test('column memory: a process that may not map so many addresses gets memory all the same', (context) => {
  const module = fileURLToPath(new URL('../../engine/shard/column-memory.js', import.meta.url))
  const script = `import { columnMemory } from ${JSON.stringify(module)}
    const all = Array.from({ length: 40 }, () => new Uint8Array(columnMemory(1 << 20)))
    all.forEach((memory, i) => memory.fill(i))
    let canMap = true
    try { new WebAssembly.Memory({ initial: 16, maximum: 16 }) } catch { canMap = false }
    console.log(all.every((memory, i) => memory.every((byte) => byte === i)), canMap)`
  const limited = `ulimit -v 16000000 && exec "$0" --input-type=module --eval "$1"`
  const shell = spawnSync('sh', ['-c', limited, process.execPath, script], { encoding: 'utf8' })
  if (shell.error !== undefined) return context.skip('no sh here that could set a limit')
  assert.equal(shell.stderr, '')
  assert.match(shell.stdout, /^true (true|false)\n$/)
  context.diagnostic(`mapped under the limit: ${shell.stdout.split(' ')[1]!.trim()}`)
})

function addressOf(): ((memory: Uint8Array) => bigint) | undefined {
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    return (memory) => BigInt(koffi.address(memory))
  } catch {
    return undefined // no native code for this platform
  }
}
