/**
 * A segment as readers have it: its tables in LMDB's file, without LMDB (page-file.ts).
 *
 * What is seen is never older than the last `refresh`, and may be newer: a journal only grows.
 */
import { FrameKind } from './frame.ts'
import { keyOf, sequenceOf } from './frame-table.ts'
import { PageFile, type PageTree, type ValuePlace } from './page-file.ts'
import { decodeBound, type SegmentBound } from './segment-bound.ts'

const BOUND_BYTES_MAX = 4096

export class PagedSegment {
  readonly path: string
  readonly commands: PagedTable
  /** Each shard's, from 0. */
  readonly eventsOf: readonly PagedTable[]
  readonly #file: PageFile
  readonly #bounds: PageTree | undefined

  /** Undefined: it has no tables yet. */
  static open(path: string): PagedSegment | undefined {
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
        return new PagedSegment(file, commands, events)
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
    this.commands = new PagedTable(FrameKind.Commands, file, commands)
    this.eventsOf = events.map((tree) => new PagedTable(FrameKind.Events, file, tree))
  }

  /** Where it begins; undefined before it is begun, and in a journal of before there were segments. */
  get head(): SegmentBound | undefined {
    return this.#bound('head')
  }

  /** Where it ended, if its process went on to the next one. */
  get seal(): SegmentBound | undefined {
    return this.#bound('seal')
  }

  /** Made, and not begun: it has no head, nor, as segments of before there were heads, frames. */
  get isUnused(): boolean {
    if (this.head !== undefined) return false
    return this.commands.newest() === 0 && this.eventsOf.every((table) => table.newest() === 0)
  }

  /** Moves on to the newest commit. */
  refresh(): void {
    this.#file.refresh()
  }

  close(): void {
    this.#file.close()
  }

  #bound(name: string): SegmentBound | undefined {
    return this.#file.steady(() => {
      const place = this.#bounds?.find(Buffer.from(name))
      if (place === undefined || place.key.toString() !== name) return undefined
      return decodeBound(this.#file.read(place, new Uint8Array(BOUND_BYTES_MAX)), this.path)
    })
  }
}

/** First sequences ──▶ frames. */
export class PagedTable {
  readonly kind: FrameKind
  readonly #file: PageFile
  readonly #tree: PageTree

  constructor(kind: FrameKind, file: PageFile, tree: PageTree) {
    this.kind = kind
    this.#file = file
    this.#tree = tree
  }

  /** A private copy of the frame that starts exactly there. */
  get(firstSequence: number): Uint8Array | undefined {
    return this.#file.steady(() => {
      const place = this.#place(firstSequence)
      return place && this.#file.read(place, new Uint8Array(place.bytes))
    })
  }

  /**
   * The same in memory of the caller's: a part of `buffer`, which has room for any frame. Nothing of its size is allocated, so
   * whoever reads a whole journal leaves little for the collector.
   */
  getInto(firstSequence: number, buffer: Uint8Array): Uint8Array | undefined {
    return this.#file.steady(() => {
      const place = this.#place(firstSequence)
      return place && this.#file.read(place, buffer)
    })
  }

  /** The first sequence of the oldest frame, or 0. */
  oldest(): number {
    return this.#sequence(() => this.#tree.from(keyOf(0)).next().value ?? undefined)
  }

  /** The first sequence of the newest frame, or 0. */
  newest(): number {
    return this.#sequence(() => this.#tree.last())
  }

  /** The first sequence of the frame that `sequence` would be in, or 0 if all start behind it. */
  startOfFrameWith(sequence: number): number {
    return this.#sequence(() => this.#tree.find(keyOf(sequence)))
  }

  /** Where frames start, there or later, in order. */
  *keysFrom(sequence: number): Generator<number, void, void> {
    let next = this.#startFrom(sequence)
    while (next > 0) {
      yield next
      next = this.#startFrom(next + 1)
    }
  }

  #startFrom(sequence: number): number {
    return this.#sequence(() => this.#placeFrom(sequence))
  }

  #sequence(find: () => ValuePlace | undefined): number {
    const place = this.#file.steady(find)
    return place === undefined ? 0 : sequenceOf(place.key)
  }

  #place(firstSequence: number): ValuePlace | undefined {
    const found = this.#placeFrom(firstSequence)
    return found !== undefined && sequenceOf(found.key) === firstSequence ? found : undefined
  }

  /** The first frame that starts there or later. */
  #placeFrom(sequence: number): ValuePlace | undefined {
    return this.#tree.from(keyOf(sequence)).next().value ?? undefined
  }
}
