/**
 * Who is meant by the numbers in records: sessions, accounts, instruments.
 *
 * They are numbered as the exchange takes them in, which only its own rules can tell. So these rules are asked: a machine
 * hears of every command that names something, and of no other.
 */
import { ExchangeMachine } from '../../actors/exchange-machine.ts'
import { VenueView } from '../../actors/venue-view.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import {
  CurrencyDefine,
  Deposit,
  DropCopyDefine,
  FirmDefine,
  InstrumentDefine,
  SessionClose,
  SessionDefine,
  SessionOpen,
  SessionsLost,
  ShardDefine,
} from '../../protocol/codecs.ts'
import { RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import {
  type JournalRecord,
  sequenceOf,
  templateIdOf,
  timeUsOf,
  type WalkedJournal,
  walkCommands,
} from './record-walk.ts'

/** What names something, and what a name's acceptance depends on: a paper account needs room for its grant. */
const NAMING = new Set<number>(
  [
    ...[CurrencyDefine, InstrumentDefine, SessionDefine, Deposit, ShardDefine],
    ...[FirmDefine, DropCopyDefine],
    ...[SessionOpen, SessionClose, SessionsLost],
  ].map(({ TEMPLATE_ID }) => TEMPLATE_ID),
)

export class LogNames {
  readonly venue: VenueView
  readonly #outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  readonly #machine: ExchangeMachine

  /** As they are before command `from`. */
  static before(journal: WalkedJournal, from: number): LogNames {
    const names = new LogNames()
    const until = Math.min(from - 1, journal.lastCommand)
    for (const command of walkCommands(journal, { from: 1, until })) names.hear(command)
    return names
  }

  constructor() {
    this.#machine = new ExchangeMachine(this.#outbox)
    this.venue = new VenueView(this.#machine.venue)
  }

  /** Each command, in the log's order. */
  hear(command: JournalRecord): void {
    if (!NAMING.has(templateIdOf(command))) return
    this.#outbox.clear()
    this.#outbox.begin(sequenceOf(command), timeUsOf(command))
    this.#machine.apply(command.view, command.at + RECORD_HEADER_BYTES)
  }
}
