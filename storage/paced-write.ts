/**
 * Writing much beside an exchange that is in a hurry.
 *
 * A CPU of a virtual machine may be held while it hands pages to the disk, 13 ms for a MiB, and with it whichever thread wants
 * that CPU: behind a file of 240 MB that was synced in one, orders were answered up to 160 ms later than without; behind one that is
 * written so, none were.
 */
import * as fs from 'node:fs'

/** Each is on the disk before the next is written. */
const PIECE_BYTES = 64 * 1024

/** Appends all of `bytes`, from the file's place on; on the disk on return, but for what only `fsync` takes care of. */
export function writePaced(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    at += fs.writeSync(handle, bytes, at, Math.min(bytes.length - at, PIECE_BYTES))
    fs.fdatasyncSync(handle)
  }
}
