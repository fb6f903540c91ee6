/** A small file, on the disk when the call returns; its name is only when its directory is synced (segment-files.ts). */
import * as fs from 'node:fs'

/** Readable to its owner only. `flag` 'wx': it must not be there; 'w': what is there is nobody's any more. */
export function writeDurably(file: string, text: string, flag: 'w' | 'wx' = 'wx'): void {
  const handle = fs.openSync(file, flag, 0o600)
  try {
    fs.writeSync(handle, text)
    fs.fsyncSync(handle)
  } finally {
    fs.closeSync(handle)
  }
}
