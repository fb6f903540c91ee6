/** An actor keeps more than its mailbox may hold: a failure of its own, of which its strategy says what becomes. */
export class StashFull extends Error {
  override readonly name = 'StashFull'

  constructor(actor: string, keptBytes: number) {
    super(
      `actor '${actor}' keeps ${keptBytes} B, and may not keep more: give it a greater mailboxBytes, or let byError say what becomes of a StashFull`,
    )
  }
}
