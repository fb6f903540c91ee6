/**
 * Watches over one market's prices: where its bands lie, when it pauses, and when it goes on.
 *
 *   prints ─▶ reference ─▶ bands            quote at a band for too long ─▶ a pause is due
 *   prints ─▶ moved too far ─▶ halt         a phase with a length        ─▶ the next phase is due
 *
 * It notes what happens in a turn, and acts when that has come to its end: nothing here can change
 * what an order at work meets. One timer a market: what is due next depends on the phase.
 */
import type { SnapshotTransfer } from '../engine/recovery/snapshot-transfer.ts'
import { Reason } from '../protocol/codecs.ts'
import { BreakerAction, MoveBreaker } from './circuit-breakers.ts'
import { areSameTerms, type InstrumentTerms } from './instrument-terms.ts'
import { MarketPhase } from './market-phase.ts'
import type { OrderBook } from './order-book.ts'
import { NIL } from './order-store.ts'
import { PriceReference } from './price-reference.ts'
import type { Safeguards } from './safeguards.ts'
import { NEVER, type TimerHeap } from './timer-heap.ts'

const US_PER_SECOND = 1_000_000

export interface GuardSurroundings {
  readonly market: number
  readonly timers: TimerHeap
  readonly safeguards: Safeguards
  /** Time of the command at hand, µs. */
  readonly now: () => number
}

export class MarketGuard {
  /** Fills belong to an uncross. */
  isUncrossing = false
  #terms: InstrumentTerms
  readonly #surroundings: GuardSurroundings
  #reference: PriceReference | undefined
  #breaker: MoveBreaker | undefined
  /** Last print of this turn, or 0. */
  #printTicks = 0
  #mustHalt = false
  /** When the phase of now is to end, µs, or NEVER. */
  #phaseEndUs = NEVER
  #phase: number

  constructor(terms: InstrumentTerms, surroundings: GuardSurroundings) {
    this.#terms = terms
    this.#surroundings = surroundings
    this.#phase = terms.initialPhase
    this.#watch(terms.referencePrice)
  }

  get phaseEndUs(): number {
    return this.#phaseEndUs
  }

  /** `bandReferenceTicks` is where the book's bands lie round under these terms. */
  changeTerms(terms: InstrumentTerms, bandReferenceTicks: number): void {
    const areOtherBands = terms.bandBps !== this.#terms.bandBps
    this.#terms = terms
    this.#watch(bandReferenceTicks)
    if (areOtherBands) this.#reference?.leaveLimitState()
    this.#setTimer()
  }

  onTrade(priceTicks: number, makerRow: number, takerRow: number): void {
    this.#printTicks = priceTicks
    this.#surroundings.safeguards.noteFill(makerRow, takerRow)
    if (this.#breaker !== undefined && !this.isUncrossing) {
      const action = this.#breaker.onPrint(this.#surroundings.now(), priceTicks)
      if (action === BreakerAction.HaltMarket) this.#mustHalt = true
    }
    if (this.#reference !== undefined && !this.isUncrossing) {
      this.#reference.onPrint(this.#surroundings.now(), priceTicks)
    }
  }

  onUncross(priceTicks: number): void {
    this.#breaker?.restart()
    this.#reference?.restart(this.#surroundings.now(), priceTicks)
  }

  onPhase(phase: number): void {
    this.#phaseEndUs = this.#endOf(phase)
    this.#phase = phase
    this.#mustHalt = false
    if (phase !== MarketPhase.Continuous) this.#reference?.leaveLimitState()
    this.#setTimer()
  }

  /** The next phase, if the timer's time has come; 0: nothing is due. */
  duePhase(phase: number): number {
    if (phase === MarketPhase.Continuous) return MarketPhase.VolatilityAuction
    if (phase === MarketPhase.Halt) return MarketPhase.VolatilityAuction
    return phase === MarketPhase.ClosingAuction ? MarketPhase.Closed : MarketPhase.Continuous
  }

  /** A halt lasts until then, whoever called it. */
  haltUntil(timeUs: number): void {
    this.#phaseEndUs = timeUs
    this.#setTimer()
  }

  /** What the turn's prints and quotes lead to. Returns a phase to enter, or 0. */
  endOfTurn(book: OrderBook): number {
    const printTicks = this.#printTicks
    if (printTicks > 0) {
      this.#printTicks = 0
      this.#surroundings.safeguards.notePrint(this.#surroundings.market, printTicks)
    }
    if (this.#reference !== undefined) this.#followReference(book, this.#reference)
    if (!this.#mustHalt) return 0
    this.#mustHalt = false
    return book.phase === MarketPhase.Continuous ? MarketPhase.Halt : 0
  }

  /** For the state hash and snapshots. */
  forEachState(add: (value: number) => void): void {
    add(this.#phaseEndUs === NEVER ? 0 : this.#phaseEndUs)
    this.#reference?.forEachState(add)
    this.#breaker?.forEachState(add)
  }

  /** What the terms ask to be watched; what they ask as before goes on with what it has seen. */
  #watch(bandReferenceTicks: number): void {
    const terms = this.#terms
    const { referenceWindowSeconds, limitStateSeconds, moveBps } = terms
    const needsReference =
      terms.bandBps > 0 && (referenceWindowSeconds > 0 || limitStateSeconds > 0)
    if (!needsReference) this.#reference = undefined
    else {
      const reference = {
        windowSeconds: referenceWindowSeconds,
        stepBps: terms.referenceStepBps,
        intervalSeconds: terms.referenceIntervalSeconds,
        limitStateSeconds,
      }
      if (this.#reference === undefined) {
        this.#reference = new PriceReference(reference, bandReferenceTicks)
      } else {
        if (!areSameTerms(reference, this.#reference.terms)) this.#reference.changeTerms(reference)
        if (this.#reference.referenceTicks !== bandReferenceTicks) {
          this.#reference.restart(this.#surroundings.now(), bandReferenceTicks)
        }
      }
    }
    const move = {
      moveBps,
      moveWindowSeconds: terms.moveWindowSeconds,
      haltSeconds: terms.pauseSeconds,
    }
    if (moveBps === 0) this.#breaker = undefined
    else if (this.#breaker === undefined) this.#breaker = new MoveBreaker(move)
    else if (!areSameTerms(move, this.#breaker.terms)) this.#breaker.changeTerms(move)
  }

  #followReference(book: OrderBook, reference: PriceReference): void {
    const { now } = this.#surroundings
    reference.advance(now())
    if (reference.referenceTicks !== book.bandReference) {
      book.setBandReference(reference.referenceTicks)
    }
    if (book.phase !== MarketPhase.Continuous) return
    const { bids, asks } = book
    const bid = bids.bestDisplayed
    const ask = asks.bestDisplayed
    const dueBefore = reference.dueTimeUs
    reference.onQuote(
      now(),
      bid === NIL ? 0 : bids.priceTicks(bid),
      ask === NIL ? 0 : asks.priceTicks(ask),
      Math.max(book.bandEnd(-1), 0),
      Math.max(book.bandEnd(1), 0),
    )
    if (reference.dueTimeUs !== dueBefore) this.#setTimer()
  }

  /** When a phase that begins now ends by itself. */
  #endOf(phase: number): number {
    const { auctionSeconds, pauseSeconds } = this.#terms
    let seconds = 0
    if (phase === MarketPhase.VolatilityAuction) {
      // A pause of trading is one, and so is the reopening after a halt.
      const isPause = this.#phase === MarketPhase.Continuous
      seconds = isPause ? pauseSeconds || auctionSeconds : auctionSeconds
    } else if (phase === MarketPhase.OpeningAuction || phase === MarketPhase.ClosingAuction) {
      seconds = auctionSeconds
    }
    return seconds === 0 ? NEVER : this.#surroundings.now() + seconds * US_PER_SECOND
  }

  #setTimer(): void {
    const pinnedUs = this.#reference?.dueTimeUs || NEVER
    const { timers, market } = this.#surroundings
    timers.setMarket(market, Math.min(this.#phaseEndUs, pinnedUs))
  }

  /** Of one made with the same terms: they say what it watches. */
  transfer(snapshot: SnapshotTransfer): void {
    this.#reference?.transfer(snapshot)
    this.#breaker?.transfer(snapshot)
    this.#printTicks = snapshot.number(this.#printTicks)
    this.#mustHalt = snapshot.number(Number(this.#mustHalt)) === 1
    this.#phaseEndUs = snapshot.number(this.#phaseEndUs)
    this.#phase = snapshot.number(this.#phase)
  }
}

/** Why a market stops by itself. */
export const reasonOfHalt = (phase: number): number =>
  phase === MarketPhase.Halt ? Reason.MarketHalted : Reason.PriceBand
