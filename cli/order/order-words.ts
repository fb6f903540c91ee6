/**
 * An order as a person types it, in the units of its instrument:
 *
 *   buy 0.5 BTCUSDT 60000                     a limit; without a price a market order
 *   sell 0.5 BTCUSDT 59000 stop=59100         a stop-limit; without a price a stop
 *   buy 2 BTCUSDT 60000 ioc display=0.1 id=my-17
 */
import {
  type InstrumentUnits,
  type NewOrder,
  type OrderInstructions,
  OrdType,
  PegPriceType,
  PostOnly,
  SelfTradePrevention,
  Side,
  TimeInForce,
} from '../../client/client.ts'
import { CliError, ExitCode } from '../cli-error.ts'

const TIMES: Readonly<Record<string, NewOrder['timeInForce']>> = {
  day: TimeInForce.Day,
  gtc: TimeInForce.GoodTillCancel,
  ioc: TimeInForce.ImmediateOrCancel,
  fok: TimeInForce.FillOrKill,
  open: TimeInForce.AtTheOpening,
  close: TimeInForce.AtTheClose,
}
const PEGS = {
  primary: PegPriceType.Primary,
  mid: PegPriceType.MidPrice,
  market: PegPriceType.Market,
}
const PREVENTIONS = {
  taker: SelfTradePrevention.ExpireTaker,
  maker: SelfTradePrevention.ExpireMaker,
  both: SelfTradePrevention.ExpireBoth,
  decrement: SelfTradePrevention.Decrement,
}
const KNOWN_WORDS = "'tradsys order new --help' lists what it knows"
const US_PER_MS = 1_000
const PERCENT_FORM = /^(\d{1,3})(?:\.(\d{1,2}))?%$/
/** A day, or a moment of it: UTC where nothing else is said. */
const TIME_FORM = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?)?$/
const ID_FORM = /^[A-Za-z0-9_-]{1,36}$/

/** Gives the units of a symbol, or throws a CliError that names those that there are. */
export type UnitsOf = (symbol: string) => InstrumentUnits

export interface OrderWords {
  readonly side: 'buy' | 'sell'
  /** From QUANTITY on. */
  readonly words: readonly string[]
  /** Where no id= is among them. */
  readonly newId: () => string
}

/** Throws a CliError that names the word at fault. */
export function orderOf({ side, words, newId }: OrderWords, unitsOf: UnitsOf): NewOrder {
  const [quantity, symbol, ...rest] = words
  if (quantity === undefined || symbol === undefined) {
    throw badWords(`${side} needs a quantity and a symbol`, `As in: ${side} 0.5 BTCUSDT 60000`)
  }
  const units = unitsOf(symbol.toUpperCase())
  const price = rest[0] !== undefined && /^@?[\d.]+$/.test(rest[0]) ? rest[0].replace('@', '') : ''
  const said = new Instructions(units, rest.slice(price === '' ? 0 : 1))
  const ordType = said.ordType(price !== '')
  const isMarket = ordType === OrdType.Market
  return {
    clOrdId: said.id ?? newId(),
    symbol: units.symbol,
    side: side === 'buy' ? Side.Buy : Side.Sell,
    ordType,
    lots: exact(() => units.lots(quantity)),
    ...(price === '' ? {} : { priceTicks: exact(() => units.ticks(price)) }),
    timeInForce:
      said.timeInForce ?? (isMarket ? TimeInForce.ImmediateOrCancel : TimeInForce.GoodTillCancel),
    ...said.instructions,
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] }

/** The words behind the price, one after the other. */
class Instructions {
  id: string | undefined
  timeInForce: NewOrder['timeInForce']
  readonly instructions: Mutable<OrderInstructions> = {}
  readonly #units: InstrumentUnits
  readonly #seen = new Set<string>()

  constructor(units: InstrumentUnits, words: readonly string[]) {
    this.#units = units
    for (const word of words) this.#take(word)
  }

  ordType(hasPrice: boolean): NonNullable<NewOrder['ordType']> {
    const { stopTicks, trailingTicks, trailingBps, pegPriceType } = this.instructions
    if (pegPriceType !== undefined) return OrdType.Pegged
    if (trailingTicks !== undefined || trailingBps !== undefined) return OrdType.TrailingStop
    if (stopTicks !== undefined) return hasPrice ? OrdType.StopLimit : OrdType.Stop
    return hasPrice ? OrdType.Limit : OrdType.Market
  }

  #take(word: string): void {
    const [, name, value] = /^([a-z-]+)=(.+)$/.exec(word) ?? []
    const key = name ?? word
    if (this.#seen.has(key)) throw badWords(`'${key}' is said twice`, 'Take one of them out')
    this.#seen.add(key)
    if (name !== undefined && value !== undefined) this.#takeValue(name, value)
    else this.#takeFlag(word)
  }

  #takeFlag(word: string): void {
    const { instructions } = this
    if (word === 'post-only') instructions.postOnly = PostOnly.Reject
    else if (word === 'slide') instructions.postOnly = PostOnly.Slide
    else if (word === 'aon') instructions.allOrNone = true
    else if (Object.hasOwn(TIMES, word)) {
      if (this.timeInForce !== undefined) {
        throw badWords(`'${word}' is a second time to stay`, 'Take one of them out')
      }
      this.timeInForce = TIMES[word]
    } else throw badWords(`an order knows no '${word}'`, KNOWN_WORDS)
  }

  #takeValue(name: string, value: string): void {
    const { instructions } = this
    const units = this.#units
    const ticks = (): number => exact(() => units.ticks(value))
    const lots = (): number => exact(() => units.lots(value))
    switch (name) {
      case 'id':
        if (!ID_FORM.test(value)) {
          throw badWords(`id=${value} is none`, 'Give 1 to 36 of A-Z a-z 0-9 _ -')
        }
        this.id = value
        return
      case 'stop':
        instructions.stopTicks = ticks()
        return
      case 'trail':
        if (value.endsWith('%')) instructions.trailingBps = bpsOf(value)
        else instructions.trailingTicks = ticks()
        return
      case 'peg':
        instructions.pegPriceType = oneOf('peg', value, PEGS)
        return
      case 'display':
        instructions.displayLots = lots()
        return
      case 'min':
        instructions.minLots = lots()
        return
      case 'stp':
        instructions.selfTradePrevention = oneOf('stp', value, PREVENTIONS)
        return
      case 'until':
        this.timeInForce = TimeInForce.GoodTillDate
        instructions.expireTimeUs = timeUsOf(value)
        return
      default:
        throw badWords(`an order knows no '${name}='`, KNOWN_WORDS)
    }
  }
}

/** Calls what may throw a RangeError, and says it as a mistake of whoever typed. */
export function exact(count: () => number): number {
  try {
    return count()
  } catch (error) {
    if (error instanceof RangeError) throw badWords(error.message, 'Give a multiple of it')
    throw error
  }
}

export const badWords = (what: string, mend: string): CliError =>
  new CliError('usage-order', ExitCode.Usage, {
    what,
    mend: mend[0]!.toUpperCase() + mend.slice(1),
  })

function bpsOf(text: string): number {
  const [, whole, fraction = ''] = PERCENT_FORM.exec(text) ?? []
  if (whole === undefined) throw badWords(`trail=${text} is no percentage`, 'Give it as 0.5%')
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
}

function timeUsOf(text: string): number {
  const isLocal = /T[\d:.]+$/.test(text)
  const ms = TIME_FORM.test(text) ? Date.parse(isLocal ? `${text}Z` : text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw badWords(`until=${text} is no time`, 'Give it as 2026-12-31T18:00')
  }
  return ms * US_PER_MS
}

function oneOf<T>(name: string, value: string, all: Readonly<Record<string, T>>): T {
  const found = Object.hasOwn(all, value) ? all[value] : undefined
  if (found !== undefined) return found
  throw badWords(`${name}=${value} is none`, `Give one of ${Object.keys(all).join(', ')}`)
}
