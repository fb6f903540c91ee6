/**
 * The whole exchange as a world: sequencer, shard, both gateways and the operator's desk, with traders and readers of market
 * data who outlive its crashes and come back.
 */
import type { CommandJournal } from '../../engine/shard/sequencer.ts'
import { AccountOrders } from './check-answers.ts'
import { Crowd } from './crowd.ts'
import type { Draws } from './draws.ts'
import { ExchangeLife } from './exchange-life.ts'
import { checkAtRest, openOrdersOf, restless, type Scene } from './quiet-moment.ts'
import type { RecoveredMachine } from './recovery.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { SimulatedOperator } from './simulated-operator.ts'
import { SimulatedReader } from './simulated-reader.ts'
import { SimulatedTrader, type TraderAccount } from './simulated-trader.ts'
import { ACCOUNTS, drawMeans } from './simulated-venue.ts'
import type { Story, World } from './story.ts'
import { KnownOrders } from './trader-flow.ts'

export class VenueWorld implements World {
  recovered: readonly RecoveredMachine[] = []
  readonly #story: Story
  readonly #network: SimulatedNetwork
  readonly #operator: SimulatedOperator
  readonly #accounts: readonly TraderAccount[]
  readonly #traders: Crowd<SimulatedTrader>
  readonly #readers: Crowd<SimulatedReader>
  #life: ExchangeLife | undefined

  constructor(story: Story) {
    const { draws, clock, options } = story
    this.#story = story
    this.#network = new SimulatedNetwork(draws.of('network'), options.plant === 'bytes-sent-twice')
    const means = drawMeans(draws)
    this.#operator = new SimulatedOperator(draws.of('operator'), means, clock.nowUs)
    this.#accounts = [...ACCOUNTS, 'paper'].map((name) => {
      return { name, known: new KnownOrders(), orders: new AccountOrders() }
    })
    const traders = this.#accounts.flatMap((account) => this.#tradersOf(account, draws))
    this.#traders = new Crowd('traders', traders, draws.of('traders'))
    const readers = [0, 1, 0, 1].slice(draws.below(3)).map((instrument, index) => {
      const reception = () => this.#life?.reception
      return new SimulatedReader(instrument, draws.of(`reader ${index}`), reception)
    })
    this.#readers = new Crowd('readers', readers, draws.of('readers'))
  }

  async start(journal: CommandJournal): Promise<void> {
    const story = this.#story
    const { draws, clock, ringBytes, store, options } = story
    const recovered = story.recover(0)
    this.recovered = [recovered]
    this.#setBackClients(recovered)
    const life = new ExchangeLife({
      ...{ clock, ringBytes, journal, recovered, plant: options.plant },
      openReader: () => store.openReader(),
      onDefect: (what) => {
        story.defect ??= what
      },
    })
    this.#life = life
    this.#operator.begin(life.desk, life.isOperatorHeard)
    const stalling = [life.sequencer, life.shard].map((role) => story.stalling(role))
    const core = [...stalling, this.#operator, clock]
    story.deal(core)
    await story.until(life.isOperatorHeard, 'the operator is not heard')
    const marketData = story.stalling(await life.openMarketData())
    story.deal([...core, marketData])
    await story.turns(draws.below(300))
    const doors = [marketData, story.stalling(life.openOrderEntry())]
    story.deal([...core, ...doors, this.#network, this.#traders, this.#readers])
  }

  drop(): void {
    this.#operator.close()
    this.#life = undefined
    for (const reader of this.#readers.members) reader.lose()
    this.#network.breakAll()
  }

  setBack(): void {
    // Whom it concerns is known when the log has been run again: setBackClients.
  }

  setCalm(isCalm: boolean): void {
    for (const part of [this.#network, this.#operator, this.#traders, this.#readers]) {
      part.isCalm = isCalm
    }
  }

  restless(): string | undefined {
    return restless(this.#scene)
  }

  check(): void {
    checkAtRest(this.#scene)
  }

  stop(): void {
    this.#life!.sequencer.close()
    this.#life!.shard.close()
    for (const reader of this.#readers.members) reader.close()
  }

  get #scene(): Scene {
    const { watch, clock } = this.#story
    return {
      ...{ life: this.#life!, watch, clock, network: this.#network, accounts: this.#accounts },
      ...{ traders: this.#traders.members, readers: this.#readers.members },
    }
  }

  #tradersOf(account: TraderAccount, draws: Draws): SimulatedTrader[] {
    const { clock, watch, trace } = this.#story
    const compIds = account.name === 'paper' ? ['paper'] : [account.name, `${account.name}-2`]
    return compIds.map((compId) => {
      return new SimulatedTrader(compId, account, draws.of(compId), {
        ...{ clock, watch },
        connect: (client) => {
          const orderEntry = this.#life?.orderEntry
          if (orderEntry === undefined) return undefined
          const connection = this.#network.connect(client)
          orderEntry.accept(connection)
          return connection
        },
        onReport: (sum) => trace.add(sum),
      })
    })
  }

  /** Who was told what the log does not know any more goes on from what it does. */
  #setBackClients({ machine, outbox }: RecoveredMachine): void {
    const { watch } = this.#story
    for (const account of this.#accounts) {
      const ahead = this.#traders.members.filter(({ account: of, compId, nextReport }) => {
        return of === account && nextReport > watch.reports.count(compId) + 1
      })
      account.orders.cutTo(outbox.eventNumber)
      if (ahead.length === 0) continue
      for (const trader of ahead) trader.forget(watch.reports.count(trader.compId) + 1)
      const orders = openOrdersOf(machine.machine, watch, account.name)
      account.orders.reset(orders, outbox.eventNumber)
    }
  }
}
