/**
 * An order flow in the form that a bench feeds to a book: decoded beforehand, so that no clock sees
 * it made or read.
 *
 *   word   0                 1      2       3
 *        +-----------------+------+-------+---------+
 *        |  verb + side bit|  id  |  qty  |  price  |        message i begins at word 4 · i
 *        +-----------------+------+-------+---------+
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { type XcCommands, XcTif, XcType } from '../workloads/exchange-core.ts'
import { XcSide } from '../workloads/exchange-core-book.ts'
import { type MebMessages, MebSide, MebType } from '../workloads/meb.ts'

export const MESSAGE_WORDS = 4
export const VERB = 0
export const ID = 1
export const QTY = 2
export const PRICE = 3

/** What is to be done: the low bits of the first word. */
export const Verb = {
  New: 0,
  ImmediateOrCancel: 1,
  Cancel: 2,
  /** Another price and a whole new quantity, whatever had traded: to the back of the queue. */
  Modify: 3,
  /** Another price; what is open stays open: to the back of the queue. */
  Move: 4,
  /** So much less; the place in the queue stays. */
  Reduce: 5,
  /** All of it within a budget (PRICE), or nothing. */
  FillOrKillBudget: 6,
} as const

export const VERB_MASK = 7
/** Beside the verb: the order is a sell. Only those that enter an order say it. */
export const IS_SELL = 8

export interface BookMessages {
  readonly count: number
  /** Orders count from 1 up to and including this. */
  readonly idMax: number
  readonly words: Int32Array
}

export function writeMessages(file: string, { words }: BookMessages): void {
  writeFileSync(file, new Uint8Array(words.buffer, words.byteOffset, words.byteLength))
}

/** What `writeMessages` wrote: a child is given its flow ready made. */
export function readMessages(file: string, idMax: number): BookMessages {
  const bytes = readFileSync(file)
  // Copied: a small file's bytes stand in Node's pool, at any offset.
  const words = new Int32Array(new Uint8Array(bytes).buffer)
  return { count: words.length / MESSAGE_WORDS, idMax, words }
}

/** The first `count` messages. */
export function firstMessages(messages: BookMessages, count: number): BookMessages {
  const length = Math.min(count, messages.count)
  const words = messages.words.subarray(0, length * MESSAGE_WORDS)
  return { count: length, idMax: messages.idMax, words }
}

export function messagesOfMeb({
  count,
  type,
  side,
  ioc,
  qty,
  id,
  price,
}: MebMessages): BookMessages {
  const words = new Int32Array(count * MESSAGE_WORDS)
  let idMax = 0
  for (let i = 0; i < count; i++) {
    const sell = side[i] === MebSide.Sell ? IS_SELL : 0
    let verb: number = Verb.Cancel
    if (type[i] === MebType.New) verb = ioc[i] === 1 ? Verb.ImmediateOrCancel : Verb.New
    else if (type[i] === MebType.Modify) verb = Verb.Modify
    write(words, i, verb | sell, id[i]!, qty[i]!, price[i]!)
    idMax = Math.max(idMax, id[i]!)
  }
  return { count, idMax, words }
}

export function messagesOfExchangeCore(commands: XcCommands): BookMessages {
  const { count, side, qty, id, price } = commands
  const words = new Int32Array(count * MESSAGE_WORDS)
  let idMax = 0
  for (let i = 0; i < count; i++) {
    const sell = side[i] === XcSide.Ask ? IS_SELL : 0
    write(words, i, verbOfExchangeCore(commands, i) | sell, id[i]!, qty[i]!, price[i]!)
    idMax = Math.max(idMax, id[i]!)
  }
  return { count, idMax, words }
}

function verbOfExchangeCore({ type, tif }: XcCommands, i: number): number {
  if (type[i] === XcType.Cancel) return Verb.Cancel
  if (type[i] === XcType.Move) return Verb.Move
  if (type[i] === XcType.Reduce) return Verb.Reduce
  if (tif[i] === XcTif.FokBudget) return Verb.FillOrKillBudget
  return tif[i] === XcTif.Ioc ? Verb.ImmediateOrCancel : Verb.New
}

function write(
  words: Int32Array,
  i: number,
  first: number,
  id: number,
  qty: number,
  price: number,
): void {
  const at = i * MESSAGE_WORDS
  words[at + VERB] = first
  words[at + ID] = id
  words[at + QTY] = qty
  words[at + PRICE] = price
}
