/**
 *   client ──▶ PEER SOCKET ──▶ connection
 *
 * What a connection needs of a socket: node's TCP socket has it, and whatever else carries bytes both ways in order
 * (a TLS socket, a simulated network) may stand in for it.
 */

export interface PeerSocket {
  /** The peer's IP address; undefined once it is gone. */
  readonly remoteAddress?: string | undefined
  readonly destroyed: boolean
  /** Neither ended by us nor destroyed. */
  readonly writable: boolean
  /** Bytes written that the way has not taken yet. */
  readonly writableLength: number
  /** It keeps what is written until some time after, whatever `writableLength` says: a TLS socket. */
  readonly encrypted?: boolean
  /** While `writableLength` is 0 afterwards the bytes are the caller's again; else they are the socket's. */
  write(bytes: Uint8Array): unknown
  /** Closes our half, behind what was written. */
  end(): unknown
  /** Closes both at once. */
  destroy(): unknown
  pause(): unknown
  resume(): unknown
  /** What was read and not used, to be read again first. */
  unshift(chunk: Buffer): void
  on(event: 'data', listener: (chunk: Buffer) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end' | 'drain' | 'close', listener: () => void): unknown
}

/** An IP address without the form that a socket which listens on both kinds gives to IPv4's. */
export const plainAddress = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
