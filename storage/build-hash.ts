import { createHash } from 'node:crypto'

/** A version in 16 hex digits: what frames and snapshots say of the build that wrote them. */
export const buildHashOf = (version: string): string =>
  createHash('sha256').update(version).digest('hex').slice(0, 16)
