/**
 * A segment that nobody writes to any more, read without LMDB (page-file.ts): sealed, or of an earlier life.
 *
 * Has the reading side of `Segment` and `FrameTable`; what is between them is only how bytes are come by.
 */
import { FrameKind } from './frame.ts'
import { keyOf, type ReadableTable, sequenceOf } from './frame-table.ts'
import { PageFile, type PageTree, type ValuePlace } from './page-file.ts'
import type { ReadableSegment } from './segment.ts'
import { decodeBound, type SegmentBound } from './segment-bound.ts'

const BOUND_BYTES_MAX = 4096

export class ClosedSegment implements ReadableSegment {
  readonly path: string
  readonly commands: ReadableTable
  readonly eventsOf: readonly ReadableTable[]
  readonly #file: PageFile
  readonly #bounds: PageTree | undefined

  /** Undefined: it has no tables yet. */
  static open(path: string): ClosedSegment | undefined {
    const file = PageFile.open(path)
    if (file === undefined) return undefined
    try {
      const commands = file.tree('commands')
      const events: PageTree[] = []
      for (
        let tree = file.tree('events');
        tree !== undefined;
        tree = file.tree(`events-${events.length}`)
      ) {
        events.push(tree)
      }
      if (commands !== undefined && events.length > 0)
        return new ClosedSegment(file, commands, events)
    } catch (error) {
      file.close()
      throw error
    }
    file.close()
    return undefined
  }

  private constructor(file: PageFile, commands: PageTree, events: readonly PageTree[]) {
    this.path = file.path
    this.#file = file
    this.#bounds = file.tree('segment')
    this.commands = new ClosedTable(FrameKind.Commands, file, commands)
    this.eventsOf = events.map((tree) => new ClosedTable(FrameKind.Events, file, tree))
  }

  get head(): SegmentBound | undefined {
    return this.#bound('head')
  }

  get seal(): SegmentBound | undefined {
    return this.#bound('seal')
  }

  get isUnused(): boolean {
    if (this.head !== undefined) return false
    return this.commands.newest() === 0 && this.eventsOf.every((table) => table.newest() === 0)
  }

  /** It does not change. */
  refresh(): void {
    // Nothing is kept that could be old.
  }

  close(): void {
    this.#file.close()
  }

  #bound(name: string): SegmentBound | undefined {
    const place = this.#bounds?.find(Buffer.from(name))
    if (place === undefined || place.key.toString() !== name) return undefined
    return decodeBound(this.#file.read(place, new Uint8Array(BOUND_BYTES_MAX)), this.path)
  }
}

class ClosedTable implements ReadableTable {
  readonly kind: FrameKind
  readonly #file: PageFile
  readonly #tree: PageTree
  /** Where a walk stands: the frame that comes next is most often asked for next. */
  #ahead: Iterator<ValuePlace, void> | undefined

  constructor(kind: FrameKind, file: PageFile, tree: PageTree) {
    this.kind = kind
    this.#file = file
    this.#tree = tree
  }

  get(firstSequence: number): Uint8Array | undefined {
    const place = this.#place(firstSequence)
    return place && this.#file.read(place, new Uint8Array(place.bytes))
  }

  getInto(firstSequence: number, buffer: Uint8Array): Uint8Array | undefined {
    const place = this.#place(firstSequence)
    return place && this.#file.read(place, buffer)
  }

  oldest(): number {
    const { value } = this.#tree.from(keyOf(0)).next()
    return value === undefined ? 0 : sequenceOf(value.key)
  }

  newest(): number {
    const place = this.#tree.last()
    return place === undefined ? 0 : sequenceOf(place.key)
  }

  startOfFrameWith(sequence: number): number {
    const place = this.#tree.find(keyOf(sequence))
    return place === undefined ? 0 : sequenceOf(place.key)
  }

  *keysFrom(sequence: number): Generator<number, void, void> {
    for (const { key } of this.#tree.from(keyOf(sequence))) yield sequenceOf(key)
  }

  #place(firstSequence: number): ValuePlace | undefined {
    const next = this.#ahead?.next().value
    if (next !== undefined && sequenceOf(next.key) === firstSequence) return next
    const walk = this.#tree.from(keyOf(firstSequence))
    const found = walk.next().value
    this.#ahead = walk
    return found !== undefined && sequenceOf(found.key) === firstSequence ? found : undefined
  }
}
