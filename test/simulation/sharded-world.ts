/** An exchange of two shards as a world: what one asks of the other, through a log that is cut anywhere. */
import type { CommandJournal } from '../../engine/shard/sequencer.ts'
import { ExecutionReport, OrderCancelReject, OrderMassCancelReport } from '../../protocol/codecs.ts'
import { AccountOrders, AnswerBook } from './check-answers.ts'
import type { RecoveredMachine } from './recovery.ts'
import { ShardedFlow, type ShardedSession, shardedSessions } from './sharded-flow.ts'
import { openShardedLife, SHARDS, type ShardedLife } from './sharded-life.ts'
import type { Story, World } from './story.ts'
import { KnownOrders } from './trader-flow.ts'

export class ShardedWorld implements World {
  recovered: readonly RecoveredMachine[] = []
  readonly #story: Story
  readonly #sessions: readonly ShardedSession[]
  readonly #known: KnownOrders[] = []
  readonly #flow: ShardedFlow
  readonly #report = new ExecutionReport()
  #life: ShardedLife | undefined

  constructor(story: Story) {
    this.#story = story
    this.#sessions = shardedSessions(story.draws, (compId) => {
      const known = new KnownOrders()
      this.#known.push(known)
      return { known, answers: new AnswerBook(compId, new AccountOrders()) }
    })
    this.#flow = new ShardedFlow(story.draws.of('flow'), this.#sessions)
    story.watch.onReport = (report) => this.#hear(report)
  }

  async start(journal: CommandJournal): Promise<void> {
    const story = this.#story
    const { clock, draws, ringBytes, store } = story
    this.recovered = Array.from({ length: SHARDS }, (_, shard) => story.recover(shard))
    const life = openShardedLife({
      ...{ clock, draws, ringBytes, journal, flow: this.#flow },
      ...{ source: store.openReader(), recovered: this.recovered },
    })
    this.#life = life
    const roles = [life.sequencer, ...life.shards].map((role) => story.stalling(role))
    story.deal([...roles, life.producer, clock])
  }

  drop(): void {
    this.#life = undefined
  }

  /** What was lost is said again, and answered again. */
  setBack(): void {
    for (const { answers } of this.#sessions) answers.forget()
  }

  setCalm(isCalm: boolean): void {
    this.#life!.producer.isCalm = isCalm
  }

  restless(): string | undefined {
    const { sequencer, shards, producer } = this.#life!
    if (producer.hasWork()) return 'the producer has more to say'
    if (!sequencer.isQuiet) return 'the sequencer is at work'
    const shard = shards.findIndex(({ isQuiet }) => !isQuiet)
    return shard < 0 ? undefined : `shard ${shard} is at work`
  }

  check(): void {
    for (const { answers } of this.#sessions) answers.check()
  }

  stop(): void {
    const { sequencer, shards } = this.#life!
    sequencer.close()
    for (const shard of shards) shard.close()
  }

  #hear(report: { session: number; templateId: number; view: DataView; block: number }): void {
    const { session, templateId, view, block } = report
    const { answers } = this.#sessions[session - 1]!
    if (templateId === OrderCancelReject.TEMPLATE_ID) {
      answers.answered(new OrderCancelReject().wrap(view, block).clOrdId)
    } else if (templateId === OrderMassCancelReport.TEMPLATE_ID) {
      answers.answered(new OrderMassCancelReport().wrap(view, block).clOrdId)
    } else {
      const execution = this.#report.wrap(view, block)
      answers.reported(execution)
      const { clOrdId, orderId, symbol, side, leavesQty } = execution
      if (leavesQty > 0) this.#known[session - 1]!.add({ clOrdId, orderId, symbol, side })
    }
  }
}
