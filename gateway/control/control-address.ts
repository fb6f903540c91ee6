/** Where a running exchange hears its operator: a socket in its data directory, on Windows a pipe named after that. */
import { createHash } from 'node:crypto'
import { join, resolve } from 'node:path'

const SOCKET_FILE = 'control.sock'
/** What sun_path holds, its end included: 108 bytes in Linux, 104 in macOS and the BSDs. */
const SOCKET_PATH_BYTES_MAX = process.platform === 'linux' ? 107 : 103

export function controlAddress(dataDirectory: string, platform = process.platform): string {
  const directory = resolve(dataDirectory)
  if (platform !== 'win32') return join(directory, SOCKET_FILE)
  const name = createHash('sha256').update(directory.toLowerCase()).digest('hex').slice(0, 32)
  return `\\\\.\\pipe\\tradsys-${name}`
}

/** Why no socket can be there, or undefined. */
export function addressFault(address: string): string | undefined {
  const bytes = Buffer.byteLength(address)
  if (address.startsWith('\\\\.\\pipe\\') || bytes <= SOCKET_PATH_BYTES_MAX) return undefined
  return `the path ${address} has ${bytes} bytes, and a socket's may have ${SOCKET_PATH_BYTES_MAX}`
}
