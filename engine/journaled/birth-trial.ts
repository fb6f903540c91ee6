/**
 * A behavior is tried before an actor of it is journaled: one that cannot be brought back would be found out by the first failure, with
 * its log full by then.
 *
 *   function ── transfer ──▶ tape ── transfer ──▶ the function's state once more ── transfer ──▶ a second tape, the same?
 *
 * Its function is run for that with hands that do nothing. What only a later state trips over is not seen here.
 */
import { ActorContext, NO_MESSAGE, type Runtime } from '../actor/actor-context.ts'
import { SENT } from '../actor/behavior.ts'
import { BLOCK_BYTES_MAX } from '../actor/message.ts'
import { journaledRef, NOBODY } from '../actor/ref.ts'
import { ActorCell, type AnyBehavior } from '../host/actor-cell.ts'
import { TapeReader, TapeWriter, whereTapesDiffer } from './transfer-tape.ts'

/** On this thread. */
const tried = new WeakSet<AnyBehavior>()

/** Of an actor that would be spawned as `name`, of the behavior that a module exports as `behaviorName`. Throws where it cannot be one. */
export function tryBirth(behavior: AnyBehavior, behaviorName: string, name: string): void {
  if (tried.has(behavior)) return
  const what = transferDiffers(behavior, name)
  if (what !== undefined) throw new TransferDiffers(name, behaviorName, what)
  tried.add(behavior)
}

export class TransferDiffers extends Error {
  override readonly name = 'TransferDiffers'
  readonly code = 'transfer.differs'

  constructor(actor: string, behaviorName: string, what: string) {
    super(
      `transfer.differs: journaled actor '${actor}': transfer of behavior '${behaviorName}' ${what}; likely cause: it names its state in ` +
        'another order on the way back, or does not keep what comes back; mend: name all state once, in one order for both ways',
    )
  }
}

export const hasNoState = (name: string): Error =>
  new Error(
    `journaled actor '${name}': its behavior has no transfer(): its state could not be brought back; give it one, empty where there is none`,
  )

/** Undefined: it does what it should. */
function transferDiffers(behavior: AnyBehavior, name: string): string | undefined {
  const [first, second] = [bornIdle(behavior, name), bornIdle(behavior, name)]
  const written = new TapeWriter()
  const reader = new TapeReader(written.all)
  const again = new TapeWriter()
  const thrown =
    whatThrows('writes', () => first.hooks.transfer!(written)) ??
    whatThrows('reads what it has written', () => second.hooks.transfer!(reader)) ??
    whatThrows('writes what it has read', () => second.hooks.transfer!(again))
  return reader.problem ?? thrown ?? reader.left ?? whereTapesDiffer(written.all, again.all)
}

function whatThrows(does: string, action: () => void): string | undefined {
  try {
    action()
    return undefined
  } catch (thrown) {
    return `throws where it ${does}: ${String(thrown)}`
  }
}

function bornIdle(behavior: AnyBehavior, name: string): ActorCell {
  const ref = journaledRef(0, 1)
  const cell = new ActorCell({ ref, name, behavior, options: {}, parent: undefined })
  cell.context = new ActorContext(idleHands(), cell)
  cell.start()
  if (cell.hooks.transfer === undefined) throw hasNoState(name)
  return cell
}

function idleHands(): Runtime {
  const view = new DataView(new ArrayBuffer(2 * BLOCK_BYTES_MAX))
  const nothing = (): void => undefined
  return {
    ...{ timeUs: 0, view, envelope: NO_MESSAGE, sender: NOBODY },
    outgoing: { view, claim: () => 0, commit: () => SENT, abort: nothing },
    lifecycle: {
      ...{ addAsk: () => 0, dropAsk: nothing, startAskTimer: nothing },
      ...{ spawn: () => ({ ref: NOBODY }), childOf: () => undefined, stop: nothing, end: nothing },
      ...{ watch: nothing, unwatch: nothing, stash: () => SENT, unstash: nothing },
      ...{ after: nothing, cancel: nothing },
    },
  }
}
