/**
 * How a journaled actor comes back to what it was before a message that failed: its state at some earlier moment, and copies
 * of what it has handled since. Where the copies have filled their memory, its state is taken anew.
 */
import { RECORD_HEADER_BYTES, SEQUENCE_OFFSET } from '../../protocol/envelope.ts'
import type { ActorCell } from '../host/actor-cell.ts'
import { Mailbox } from '../host/mailbox.ts'
import { SnapshotReader } from '../recovery/snapshot-reader.ts'
import { SnapshotSize, SnapshotWriter } from '../recovery/snapshot-writer.ts'

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

  /** It has handled the message at `envelope`, and its state is the one behind that. */
  keep(cell: ActorCell, view: DataView, envelope: number, { tag, command }: KeptWith): void {
    const since = this.#since
    if (since.append(view, envelope)) {
      this.#commands.push(command)
      since.view.setFloat64(since.newest + RECORD_HEADER_BYTES + SEQUENCE_OFFSET, tag, true)
      return
    }
    this.#state = stateOf(cell)
    since.clear()
    this.#commands.length = 0
  }

  /** `cell` is as its function makes it: brings it to where it was. `run` runs its handler of a message that was kept. */
  restore(cell: ActorCell, run: (view: DataView, envelope: number, command: number) => void): void {
    if (this.#state !== undefined) cell.hooks.transfer?.(new SnapshotReader(this.#state, 0))
    const since = this.#since
    // Handled in place, and kept: the next failure begins here as well.
    let index = 0
    since.forEach((at) => {
      run(since.view, at + RECORD_HEADER_BYTES, this.#commands[index++]!)
    })
  }
}

/** `tag`: of an answer, see tagOf. `command`: which one led to it. */
export interface KeptWith {
  readonly tag: number
  readonly command: number
}

/** Of an answer that was kept: what its asker gave when it asked. It stands where a command has its sequence. */
export const tagOf = (view: DataView, envelope: number): number =>
  view.getFloat64(envelope + SEQUENCE_OFFSET, true)

/** All that it hands over. */
function stateOf(cell: ActorCell): Uint8Array<ArrayBuffer> {
  const size = new SnapshotSize()
  cell.hooks.transfer?.(size)
  const writer = new SnapshotWriter(0, size.bytes)
  cell.hooks.transfer?.(writer)
  return writer.finish()
}
