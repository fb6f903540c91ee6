/**
 *   claim, commit with a key ──▶ THE LATEST OF EACH KEY ── first, removeFirst ──▶ in their order
 *
 * Records of one thread that wait for room elsewhere, one for each key: a later one takes the place
 * of the earlier, in the order too. Bounded by keys and by bytes, all of it allocated at the start.
 *
 *   order    first                 last          slots, as many as keys and one to write into
 *            +-------+-------+-------+           +-----------------------------+
 *            | slot  | slot  | slot  |  ······▶  | key, type, bytes │ payload  |
 *            +-------+-------+-------+           +-----------------------------+
 *   table    hash(key) ──▶ place in the order, open addressing
 *
 * A claim is written into the spare slot, so that an aborted one leaves the earlier value alone;
 * its commit puts that slot in the place of the old one, which then is the spare.
 */

import { FULL } from './spsc/spsc-ring.ts'

/** Spreads keys that count up over the table (Knuth, multiplicative hashing). */
const HASH_FACTOR = 0x9e3779b1

const NOWHERE = -1

export interface ConflationOptions {
  /** Different keys that can wait at once. Memory: keysMax × payloadBytesMax. */
  readonly keysMax: number
  /** The longest payload. */
  readonly payloadBytesMax: number
}

export class Conflation {
  /** Both cover all slots; what claim() and `firstOffset` say are offsets into them. */
  readonly view: DataView
  readonly bytes: Uint8Array
  readonly keysMax: number
  readonly payloadBytesMax: number

  readonly #slotBytes: number
  readonly #keys: Int32Array
  readonly #types: Int32Array
  readonly #payloadBytes: Int32Array
  /** Slots, the first at `#first`, around the end. */
  readonly #order: Int32Array
  /** Places in the order by hash of their keys, NOWHERE where none is. */
  readonly #table: Int32Array
  readonly #hashShift: number
  #spareSlot: number
  #first = 0
  #count = 0
  #claimKey = 0
  #claimBytes = NOWHERE

  /** Throws a RangeError where a limit is no size. */
  constructor(options: ConflationOptions) {
    const { keysMax, payloadBytesMax } = options
    for (const [name, limit] of Object.entries({ keysMax, payloadBytesMax })) {
      if (Number.isInteger(limit) && limit >= 1 && limit <= 2 ** 24) continue
      throw new RangeError(`conflation: ${name} ${limit}: give it an integer from 1 to 2 ** 24`)
    }
    this.keysMax = keysMax
    this.payloadBytesMax = payloadBytesMax
    this.#slotBytes = (payloadBytesMax + 7) & -8
    const memory = new ArrayBuffer(this.#slotBytes * (keysMax + 1))
    this.view = new DataView(memory)
    this.bytes = new Uint8Array(memory)
    this.#keys = new Int32Array(keysMax + 1)
    this.#types = new Int32Array(keysMax + 1)
    this.#payloadBytes = new Int32Array(keysMax + 1)
    this.#order = Int32Array.from({ length: keysMax }, (_, slot) => slot)
    this.#spareSlot = keysMax
    // At most half full, so that a search is short and always ends.
    const tableBits = Math.ceil(Math.log2(keysMax)) + 1
    this.#table = new Int32Array(2 ** tableBits).fill(NOWHERE)
    this.#hashShift = 32 - tableBits
  }

  /** Keys that wait. */
  get count(): number {
    return this.#count
  }

  /**
   * Room for the next value of `key`, to be written in place: an offset, or FULL where as many keys
   * wait as may, and this is none of them. Throws a RangeError where the payload is too long.
   */
  claim(key: number, payloadBytes: number): number {
    if ((key | 0) !== key) throw new RangeError(`conflation: key ${key}: give it an i32`)
    const isSize = (payloadBytes | 0) === payloadBytes && payloadBytes >= 0
    if (!isSize || payloadBytes > this.payloadBytesMax) {
      throw new RangeError(
        `conflation: a payload of ${payloadBytes} B, but at most ${this.payloadBytesMax} B may ` +
          'wait: give it an integer from 0, or a greater payloadBytesMax',
      )
    }
    if (this.#count === this.keysMax && this.#table[this.#find(key)]! === NOWHERE) return FULL
    this.#claimKey = key
    this.#claimBytes = payloadBytes
    return this.#spareSlot * this.#slotBytes
  }

  /**
   * The claimed value waits now. True: it took the place of an earlier one, which nobody will see.
   */
  commit(type: number): boolean {
    const slot = this.#spareSlot
    this.#keys[slot] = this.#claimKey
    this.#types[slot] = type
    this.#payloadBytes[slot] = this.#claimBytes
    const entry = this.#find(this.#claimKey)
    const known = this.#table[entry]!
    const place = known === NOWHERE ? this.#placeAfter(this.#count) : known
    this.#spareSlot = this.#order[place]!
    this.#order[place] = slot
    if (known !== NOWHERE) return true
    this.#table[entry] = place
    this.#count += 1
    return false
  }

  /** What has waited longest, as long as `count` is not 0: where its payload lies, and how long. */
  get firstOffset(): number {
    return this.#order[this.#first]! * this.#slotBytes
  }

  get firstPayloadBytes(): number {
    return this.#payloadBytes[this.#order[this.#first]!]!
  }

  get firstType(): number {
    return this.#types[this.#order[this.#first]!]!
  }

  /** It has been passed on. */
  removeFirst(): void {
    this.#forget(this.#keys[this.#order[this.#first]!]!)
    this.#first = this.#placeAfter(1)
    this.#count -= 1
  }

  #placeAfter(count: number): number {
    const place = this.#first + count
    return place < this.keysMax ? place : place - this.keysMax
  }

  #home(key: number): number {
    return Math.imul(key, HASH_FACTOR) >>> this.#hashShift
  }

  /** The table's entry of this key, or the empty one where it belongs. */
  #find(key: number): number {
    const last = this.#table.length - 1
    let entry = this.#home(key)
    for (;;) {
      const place = this.#table[entry]!
      if (place === NOWHERE || this.#keys[this.#order[place]!]! === key) return entry
      entry = (entry + 1) & last
    }
  }

  /** Empties the key's entry, and closes the gap: a later search stops at the first empty one. */
  #forget(key: number): void {
    const last = this.#table.length - 1
    let gap = this.#find(key)
    this.#table[gap] = NOWHERE
    for (
      let entry = (gap + 1) & last;
      this.#table[entry]! !== NOWHERE;
      entry = (entry + 1) & last
    ) {
      const place = this.#table[entry]!
      const home = this.#home(this.#keys[this.#order[place]!]!)
      // It may move into the gap if that lies between its home and where it is.
      if (((entry - home) & last) < ((entry - gap) & last)) continue
      this.#table[gap] = place
      this.#table[entry] = NOWHERE
      gap = entry
    }
  }
}
