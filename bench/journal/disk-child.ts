/**
 * The fresh process of `bench journal` that only writes: what the disk takes, from the page cache, for as long and in pieces as
 * large as the journal's commits. A journal that is given to the disk cannot be faster. Argument: a DiskRun as JSON; prints one
 * JSON line.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

export interface DiskRun {
  readonly directory: string
  readonly seconds: number
  /** Of 64 KiB in each piece. */
  readonly frames: number
}

export interface DiskRunResult {
  readonly bytesPerSecond: number
}

/** As the journal has it at process-crash. */
const SYNC_EVERY_MS = 100

const fdatasync = promisify(fs.fdatasync)

async function bytesPerSecond({ directory, seconds, frames }: DiskRun): Promise<number> {
  const handle = fs.openSync(join(directory, 'disk'), 'w')
  const piece = new Uint8Array(frames << 16).fill(0x5a)
  const startMs = performance.now()
  const endMs = startMs + seconds * 1000
  let bytes = 0
  while (performance.now() < endMs) {
    const turnMs = performance.now() + SYNC_EVERY_MS
    while (performance.now() < turnMs) bytes += fs.writeSync(handle, piece, 0, piece.length, bytes)
    await fdatasync(handle)
  }
  const ms = performance.now() - startMs
  fs.closeSync(handle)
  return (bytes / ms) * 1000
}

const run = JSON.parse(process.argv[2]!) as DiskRun
const result: DiskRunResult = { bytesPerSecond: await bytesPerSecond(run) }
process.stdout.write(`${JSON.stringify(result)}\n`)
