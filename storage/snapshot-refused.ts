/** A snapshot that must not be used: what is wrong with it, and what to do instead. */
export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused'
  readonly code = 'snapshot.refused'

  constructor(cause: string, mend: string) {
    super(`snapshot: ${cause}; mend: ${mend}`)
  }
}
