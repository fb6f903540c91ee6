/**
 * How a journaled actor comes back to what it was before a message that failed: its state at some earlier moment, and copies
 * of what it has handled since. Where the copies have filled their memory, its state is taken anew.
 */
import { RECORD_HEADER_BYTES, SEQUENCE_OFFSET } from '../../protocol/envelope.ts'
import type { ActorCell } from '../host/actor-cell.ts'
import { Mailbox } from '../host/mailbox.ts'
import { SnapshotReader } from '../recovery/snapshot-reader.ts'
import { handedOver } from '../recovery/snapshot-writer.ts'
import { TransferFails } from './transfer-fails.ts'

/** Of copies. The larger, the less often a state is taken; coming back takes as long as handling so many bytes of messages. */
const KEPT_BYTES = 64 * 1024

export class Checkpoint {
  readonly #since = new Mailbox(KEPT_BYTES)
  /** Of each of them the command that led to it, for whoever must be told which one differs. */
  readonly #commands: number[] = []
  /** Undefined: what its function makes. */
  #state: Uint8Array<ArrayBuffer> | undefined

  /** Of an actor as it is now. */
  static of(cell: ActorCell): Checkpoint {
    const checkpoint = new Checkpoint()
    checkpoint.#state = stateOf(cell)
    return checkpoint
  }

  /**
   * It has handled the message at `envelope`, and its state is the one behind that. Throws TransferFails, and is as it was, where
   * that cannot be handed over; unless it `mustKeep` the message all the same.
   */
  keep(cell: ActorCell, view: DataView, envelope: number, kept: KeptWith): void {
    const since = this.#since
    if (!since.append(view, envelope)) {
      try {
        this.#state = stateOf(cell)
        since.clear()
        this.#commands.length = 0
        return
      } catch (thrown) {
        if (!kept.mustKeep) throw thrown
        since.append(view, envelope, true)
      }
    }
    this.#commands.push(kept.command)
    since.view.setFloat64(since.newest + RECORD_HEADER_BYTES + SEQUENCE_OFFSET, kept.tag, true)
  }

  /** `cell` is as its function makes it: brings it to where it was. `run` runs its handler of a message that was kept. */
  restore(cell: ActorCell, run: (view: DataView, envelope: number, command: number) => void): void {
    if (this.#state !== undefined) takeOver(cell, this.#state)
    const since = this.#since
    // Handled in place, and kept: the next failure begins here as well.
    let index = 0
    since.forEach((at) => {
      run(since.view, at + RECORD_HEADER_BYTES, this.#commands[index++]!)
    })
  }
}

/** `tag`: of an answer, see tagOf. `command`: which one led to it. `mustKeep`: in a replay, which has no say in what becomes of an actor. */
export interface KeptWith {
  readonly mustKeep: boolean
  readonly tag: number
  readonly command: number
}

/** Of an answer that was kept: what its asker gave when it asked. It stands where a command has its sequence. */
export const tagOf = (view: DataView, envelope: number): number =>
  view.getFloat64(envelope + SEQUENCE_OFFSET, true)

function stateOf(cell: ActorCell): Uint8Array<ArrayBuffer> {
  try {
    return handedOver((snapshot) => cell.hooks.transfer?.(snapshot))
  } catch (thrown) {
    throw new TransferFails(cell.name, 'hands its state over', thrown)
  }
}

function takeOver(cell: ActorCell, state: Uint8Array): void {
  try {
    const reader = new SnapshotReader(state, 0)
    cell.hooks.transfer?.(reader)
    reader.finish()
  } catch (thrown) {
    throw new TransferFails(cell.name, 'takes its state over', thrown)
  }
}
