/** What a part of a machine hands its state to, and gets it back from: see snapshot.ts. */

type Ints = Int32Array<ArrayBuffer>
type Floats = Float64Array<ArrayBuffer>

export interface SnapshotTransfer {
  /** Whether state comes in: then what is given counts for nothing, and what is returned is to be kept. */
  readonly isRestoring: boolean

  /** Any number, infinities too. */
  number(value: number): number

  text(value: string): string

  /** A column that grows, as long as it is; the one returned is the caller's. */
  ints(column: Ints): Ints

  floats(column: Floats): Floats

  /** A column that never changes its length: filled in place. */
  fill(column: Int32Array | Float64Array | Uint8Array): void

  /** What must be the same here as there, or the snapshot is refused: a limit, a place. */
  same(name: string, value: number): void

  /** Says where it is, so that a reader that is somewhere else notices. */
  part(name: string): void
}
