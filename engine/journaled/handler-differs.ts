/**
 * What an actor has handled once, it is given again where its state is brought back. It must come out as it did: one that throws
 * only then would leave a state that no log has.
 */
export class HandlerDiffers extends Error {
  override readonly name = 'HandlerDiffers'
  readonly code = 'handler.differs'

  /** `what` throws `thrown`: which actor does what, and of which command. */
  constructor(what: string, thrown: unknown) {
    super(
      `handler.differs: ${what}: ${String(thrown)}; likely cause: the handler depends on something outside of the log, or was ` +
        'changed; mend: let it depend on its messages, ctx.timeUs and its own variables only, or start the build that wrote the journal',
      { cause: thrown },
    )
  }
}
