/** Where in its file each frame of a journal stands, and how to damage it there. */
import * as assert from 'node:assert/strict'
import * as fs from 'node:fs'
import { BYTES_OFFSET, FRAME_MAGIC } from '../../storage/frame.ts'
import { JournalReader } from '../../storage/journal-reader.ts'

export interface StoredFrame {
  /** LMDB copies a page of small frames when it adds one, and leaves the old page: so there may be several places. */
  readonly places: number[]
  readonly bytes: number
}

/** All frames of a journal that nobody writes to; `segment` is its file. */
export function storedFrames(directory: string, segment: string): StoredFrame[] {
  const reader = JournalReader.open(directory)
  const frames = [...reader.commands(), ...reader.events()].map((frame) =>
    Buffer.from(frame.stored),
  )
  reader.close()
  const file = fs.readFileSync(segment)
  return frames.map((frame) => {
    assert.equal(frame.readUInt32LE(0), FRAME_MAGIC)
    const places: number[] = []
    for (let at = file.indexOf(frame); at !== -1; at = file.indexOf(frame, at + 1)) places.push(at)
    assert.ok(places.length > 0)
    return { places, bytes: frame.readUInt32LE(BYTES_OFFSET) }
  })
}

/** The same again mends it. */
export function flipInAll(handle: number, frame: StoredFrame, offset: number, bit: number): void {
  for (const at of frame.places) flipBit(handle, at + offset, bit)
}

function flipBit(handle: number, at: number, bit: number): void {
  const byte = Buffer.alloc(1)
  fs.readSync(handle, byte, 0, 1, at)
  byte[0]! ^= 1 << bit
  fs.writeSync(handle, byte, 0, 1, at)
}
