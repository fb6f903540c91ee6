/**
 * What becomes of a journaled actor whose handler has thrown: its state as it was before the message, and what its strategy says.
 *
 *   handler throws ──▶ strategy ──▶ state is brought back ──▶ verdict, in the log ──▶ done
 *                                        └── cannot be ──▶ the verdict is to set it aside: no more messages until the next start
 *
 * A replay is told the verdict and has run no handler, so its actor is still what it was before the message. It brings the state back all
 * the same, to find out whether what was handled once comes out as it did.
 */
import { SCHEMA_ID_OFFSET, TEMPLATE_ID_OFFSET } from '../../protocol/envelope.ts'
import { messageOf } from '../../storage/journal-error.ts'
import type { AnyMessage } from '../actor/message.ts'
import { restart } from '../actor/supervision.ts'
import { type ActorCell, Condition } from '../host/actor-cell.ts'
import { Checkpoint } from './checkpoint.ts'
import { Engine } from './engine-messages.ts'
import { HandlerDiffers } from './handler-differs.ts'
import type { JournaledShard } from './journaled-shard.ts'
import { TransferFails } from './transfer-fails.ts'
import { ThreadDied, triesOf } from './turn-failures.ts'
import { errorText, type JournaledVerdict } from './verdict-event.ts'

/** Of a verdict, whose actor cannot go on: the message is not given again. */
const SUSPEND = { directive: 'suspend', isPoison: true, isFirst: false, restMs: 0 } as const

export class ShardFailures {
  readonly #shard: JournaledShard
  readonly #checkpoints = new Map<ActorCell, Checkpoint>()

  constructor(shard: JournaledShard) {
    this.#shard = shard
  }

  /** It has handled the message at `envelope`. Throws TransferFails where that leaves a state that nobody can hand over. */
  keep(cell: ActorCell, view: DataView, envelope: number): void {
    const { lifecycle, command, isLive } = this.#shard
    const tag = lifecycle.takeTag()
    if (cell.hooks.transfer === undefined) return
    let checkpoint = this.#checkpoints.get(cell)
    if (checkpoint === undefined) {
      checkpoint = new Checkpoint()
      this.#checkpoints.set(cell, checkpoint)
    }
    checkpoint.keep(cell, view, envelope, { tag, command, mustKeep: !isLive })
  }

  /** Its state is what it comes back to: for one that was read from a snapshot. */
  begins(cell: ActorCell): void {
    if (cell.hooks.transfer !== undefined) this.#checkpoints.set(cell, Checkpoint.of(cell))
  }

  forget(cell: ActorCell): void {
    this.#checkpoints.delete(cell)
  }

  /** Its handler of the message at `envelope` has thrown. True: the message is to be given again at once. */
  failed(
    cell: ActorCell,
    view: DataView,
    envelope: number,
    { error, delivery }: { readonly error: unknown; readonly delivery: number },
  ): boolean {
    const tries = triesOf(cell, view, envelope)
    const verdict = cell.failures.verdict(error, this.#shard.timeUs, tries)
    const isPoison = verdict.isPoison || error instanceof ThreadDied
    const given = { ...verdict, isPoison, isFirst: !isPoison, delivery, error: errorText(error) }
    const decided = this.#decided(cell, given, error)
    this.#shard.listener?.failed(cell, error, view, envelope, decided.directive)
    return this.#judge(cell, view, envelope, decided)
  }

  /** The same, where the log says what was decided. */
  foretold(cell: ActorCell, view: DataView, envelope: number, verdict: JournaledVerdict): boolean {
    if (verdict.directive !== 'suspend') this.#checkBroughtBack(cell, verdict)
    return this.#judge(cell, view, envelope, verdict)
  }

  /** Whatever comes next for it, its variables are not to be what a broken handler has left. */
  #decided(cell: ActorCell, given: JournaledVerdict, error: unknown): JournaledVerdict {
    try {
      // It has handled its message, and has a state that is of no use.
      if (error instanceof TransferFails) throw error
      this.#bringBack(cell, given)
      return given
    } catch (thrown) {
      this.#shard.escalations.push(`actor '${cell.name}' is set aside: ${messageOf(thrown)}`)
      return { ...given, ...SUSPEND, error: errorText(thrown) }
    }
  }

  /** It is what it was before the message, and stays that where it cannot be made anew. */
  #checkBroughtBack(cell: ActorCell, verdict: Pick<JournaledVerdict, 'directive' | 'error'>): void {
    const { hooks, handlers } = cell
    try {
      this.#bringBack(cell, verdict)
    } catch (thrown) {
      const { isLive, setAside } = this.#shard
      if (!(thrown instanceof TransferFails || isLive || setAside.includes(cell.name))) throw thrown
      cell.hooks = hooks
      cell.handlers = handlers
    }
  }

  /** Does what was decided, and says it in the log. */
  #judge(cell: ActorCell, view: DataView, envelope: number, verdict: JournaledVerdict): boolean {
    const shard = this.#shard
    const { lifecycle } = shard
    const { directive, isPoison, restMs, error } = verdict
    lifecycle.handledNothing()
    shard.outgoing.sayVerdict(cell.ref, verdict)
    cell.failures.note(verdict, shard.timeUs)
    cell.failures.messageFailed(verdict, triesOf(cell, view, envelope))
    cell.hasFailed = !isPoison
    if (isPoison) shard.bury('failed', view, envelope, error)
    if (directive === 'restart') {
      cell.restarts++
      if (restMs > 0) lifecycle.rest(cell, restMs)
      if (isPoison) return false
      if (!verdict.isFirst) shard.hand(cell, view, envelope)
      // Nothing waits for one that was at work: what its sender has sent since comes behind it.
      else if (restMs > 0) cell.mailbox.append(view, envelope, true)
      else return true
    } else if (directive === 'suspend') {
      cell.condition = Condition.Suspended
    } else if (directive === 'stop') {
      lifecycle.stopNow(cell)
    } else if (directive === 'escalate') {
      this.#escalate(cell, error)
    }
    return false
  }

  /** Its state as it was before the message: as at its checkpoint, and then what it has handled since. */
  #bringBack(cell: ActorCell, { directive, error }: Pick<JournaledVerdict, 'directive' | 'error'>) {
    const shard = this.#shard
    const where = `to bring its state back at command ${shard.command}`
    if (directive === 'restart') this.callHook(cell, 'restarting', error)
    shard.muted(() => {
      startAgain(shard, cell, where)
      this.#checkpoints.get(cell)?.restore(cell, (view, at, command) => {
        try {
          shard.run(cell, view, at)
          shard.outgoing.checkCommitted(cell.name)
        } catch (thrown) {
          const what = `has handled ${messageAt(cell, view, at)} of command ${command}, and throws where that is handled again`
          throw new HandlerDiffers(`actor '${cell.name}' ${what} ${where}`, thrown)
        }
      })
    })
  }

  /** One that throws is told of, and stops nobody from ending or beginning anew. */
  callHook(cell: ActorCell, hook: 'stopped' | 'restarting', why?: unknown): void {
    const shard = this.#shard
    try {
      shard.muted(() => cell.hooks[hook]?.(why))
    } catch (thrown) {
      if (shard.isMuted) return
      const { ref, name } = cell
      const error = errorText(thrown)
      const letter = { to: ref, from: ref, toName: name, message: hook, timeUs: shard.timeUs }
      shard.deadLetters.add({ reason: 'failed', ...letter, error })
    }
  }

  /** As if its parent had thrown. At the top it ends, and whoever runs the system hears of it. */
  #escalate(cell: ActorCell, error: string): void {
    const { lifecycle, escalations, timeUs, rules } = this.#shard
    const { parent } = cell
    lifecycle.stopNow(cell)
    if (parent === undefined || parent.condition === Condition.Suspended) {
      escalations.push(`actor '${cell.name}': ${error}`)
      return
    }
    // In a log of before, one that nobody has given a strategy began anew, and its other children ended.
    const strategy = rules === 0 ? (parent.options.supervise ?? restart()) : undefined
    const verdict = parent.failures.verdict(new Error(error), timeUs, 0, strategy)
    parent.failures.note(verdict, timeUs)
    const { directive, restMs } = verdict
    if (directive === 'restart') {
      for (const child of parent.children ?? []) lifecycle.stopNow(child)
      parent.restarts++
      this.#checkBroughtBack(parent, { directive, error })
      if (restMs > 0) lifecycle.rest(parent, restMs)
    } else if (directive === 'stop') {
      lifecycle.stopNow(parent)
    } else if (directive === 'escalate') {
      this.#escalate(parent, error)
    }
  }
}

/** Runs its function once more. `where`: what for. */
export function startAgain(shard: JournaledShard, cell: ActorCell, where: string): void {
  try {
    shard.lifecycle.start(cell)
  } catch (thrown) {
    throw new HandlerDiffers(`actor '${cell.name}': its function throws ${where}`, thrown)
  }
}

function messageAt(cell: ActorCell, view: DataView, envelope: number): string {
  const id = view.getUint16(envelope + TEMPLATE_ID_OFFSET, true)
  const schemaId = view.getUint16(envelope + SCHEMA_ID_OFFSET, true)
  const isIts = (type: Pick<AnyMessage, 'schemaId' | 'id'>): boolean =>
    type.schemaId === schemaId && type.id === id
  const answers = (cell.hooks.answers ?? []).map(({ type }) => type.answer)
  const known = [...cell.behavior.protocol.$messages, ...Engine.$messages, ...answers]
  const type = known.find((one) => one !== undefined && isIts(one))
  return type === undefined ? `message ${id}` : `${type.protocol}.${type.name}`
}
