/**
 * The venue's operator, by the exchange's own operator desk: hears the shard, sends Ticks where they are wanted, and in the
 * course of a day halts accounts, moves markets through their phases, pays money in and changes terms.
 */
import type { Role } from '../../engine/thread/role.ts'
import type { OperatorDesk } from '../../gateway/operator-desk.ts'
import { MarketPhase } from '../../protocol/codecs.ts'
import type { Draws } from './draws.ts'
import { ACCOUNTS, drawVenue, INSTRUMENTS, type VenueMeans } from './simulated-venue.ts'

const US_PER_SECOND = 1_000_000
/** Definitions of a whole venue fit this often into the operator's ring beside each other. */
const DEPOSITS_MAX = 8

export class SimulatedOperator implements Role {
  readonly name = 'operator'
  readonly #draws: Draws
  readonly #means: VenueMeans
  readonly #nowUs: () => number
  readonly #actEvery: number
  #desk: OperatorDesk | undefined
  #isRoomy: () => boolean = () => false
  #deposits = 0
  isCalm = false

  constructor(draws: Draws, means: VenueMeans, nowUs: () => number) {
    this.#draws = draws
    this.#means = means
    this.#nowUs = nowUs
    this.#actEvery = draws.magnitude(100, 3_000)
  }

  /** At a start. `isRoomy`: the ring to the sequencer is empty, so nothing that is said has to wait. */
  begin(desk: OperatorDesk, isRoomy: () => boolean): void {
    this.#desk = desk
    this.#isRoomy = isRoomy
    say(desk.sayEveryoneIsGone())
    say(desk.define(drawVenue(this.#draws, this.#means, this.#deposits)))
  }

  doWork(): number {
    const desk = this.#desk
    if (desk === undefined) return 0
    const refusals = desk.listen()
    if (this.isCalm || !this.#draws.oneIn(this.#actEvery) || !this.#isRoomy()) {
      return refusals.length
    }
    this.#act(desk)
    return 1
  }

  hasWork(): boolean {
    return false
  }

  close(): void {
    this.#desk?.stop()
    this.#desk = undefined
  }

  #act(desk: OperatorDesk): void {
    const draws = this.#draws
    const symbol = draws.pick(['', ...INSTRUMENTS.map((instrument) => instrument.symbol)])
    const account = draws.pick(['', ...ACCOUNTS])
    switch (draws.below(12)) {
      case 0:
        say(desk.changePhase(symbol, draws.pick(Object.values(MarketPhase))))
        return
      case 1:
        say(desk.setKillSwitch(account, draws.pick(['halted', 'reducing'])))
        return
      case 2:
        say(
          desk.startDay(draws.oneIn(2) ? 0 : this.#nowUs() + draws.between(1, 60) * US_PER_SECOND),
        )
        return
      case 3:
        this.#deposits = Math.min(this.#deposits + 1, DEPOSITS_MAX)
        say(desk.define(drawVenue(draws, this.#means, this.#deposits)))
        return
      case 4:
      case 5:
        say(desk.define(drawVenue(draws, this.#means, this.#deposits)))
        return
      case 6:
      case 7:
        for (const lifted of ['', ...ACCOUNTS]) say(desk.setKillSwitch(lifted, 'lifted'))
        return
      default:
        say(desk.changePhase('', MarketPhase.Continuous))
    }
  }
}

/** The ring has room, so all is said by the time of the return; a refusal to be said is the run's failure. */
function say(said: Promise<void>): void {
  said.catch((error: unknown) => {
    throw error
  })
}
