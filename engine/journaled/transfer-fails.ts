/** An actor's state cannot be had, or not be brought back: its `transfer` throws, or does not read what it has written. */
export class TransferFails extends Error {
  override readonly name = 'TransferFails'
  readonly code = 'transfer.fails'

  /** `does`: which way. */
  constructor(actor: string, does: string, thrown: unknown) {
    super(
      `transfer.fails: actor '${actor}': its transfer throws where it ${does}: ${String(thrown)}; likely cause: it reads other than ` +
        'it writes, or trips over a state that it can have; mend: let transfer name all state in one order for both ways, and start anew',
      { cause: thrown },
    )
  }
}
