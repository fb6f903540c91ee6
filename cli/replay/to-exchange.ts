/**
 *   log's requests ──▶ TO EXCHANGE ──▶ log sessions ──TCP──▶ a running exchange
 *
 * `tradsys replay --to-exchange HOST:PORT`: the orders, lists, quotes, cancels and replaces of a log, sent again at the log's
 * pace. They meet whatever the exchange holds: an empty one with the same venue answers as then. Different sessions are
 * different connections, and which of two is heard first is decided there; --in-order waits for each answer before
 * another session speaks.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { orderIdOf } from '../../actors/order-id.ts'
import { type NewOrder, OrderEntryError } from '../../client/client.ts'
import { SessionClose, SessionOpen, SessionsLost, Tick } from '../../protocol/codecs.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { LogNames } from '../journal/log-names.ts'
import {
  type CommandRange,
  type JournalRecord,
  sequenceOf,
  sessionOf,
  templateIdOf,
  timeUsOf,
  type WalkedJournal,
  walkCommands,
  walkEvents,
} from '../journal/record-walk.ts'
import { print } from '../line-writer.ts'
import { messageName } from '../message-json.ts'
import { startProgress } from '../progress.ts'
import { answerName } from './answer-name.ts'
import { Ending } from './ending.ts'
import { LogSession } from './log-session.ts'
import { type LoggedRequest, loggedRequest } from './logged-request.ts'
import { OrderIds } from './order-ids.ts'
import { Pacemaker, type Speed } from './pacemaker.ts'
import { Tally } from './tally.ts'

export interface ToExchangeOptions extends CommandRange {
  readonly host: string
  readonly port: number
  readonly speed: Speed
  readonly inOrder: boolean
  /** Files of Ed25519 private keys by CompID. */
  readonly keys: Readonly<Record<string, string>>
  readonly json?: boolean
  readonly progress?: boolean
}

/** Sends in a row before sockets get their turn. */
const SENDS_MAX = 128
/** An answer comes within a millisecond, mostly; a timer is no finer. */
const QUICK_LOOKS = 100
/** How long the last answers may take. */
const SETTLE_MS_MAX = 30_000

/** What the exchange says to itself, or each connection anew: nothing that is left out of a replay. */
const OWN_BUSINESS: readonly number[] = [
  ...[SessionOpen.TEMPLATE_ID, SessionClose.TEMPLATE_ID, SessionsLost.TEMPLATE_ID],
  Tick.TEMPLATE_ID,
]

export async function toExchange(
  journal: WalkedJournal,
  options: ToExchangeOptions,
): Promise<void> {
  const drive = new Drive(journal, options)
  const ending = new Ending()
  const started = performance.now()
  try {
    await drive.run(ending)
    await drive.settle()
  } finally {
    await drive.close()
    ending.close()
  }
  const seconds = (performance.now() - started) / 1_000
  const logged = answersInLog(journal, options)
  await printResult(drive, logged, seconds, options)
  process.exitCode = ending.exitCode ?? (drive.outstanding > 0 ? ExitCode.Failure : ExitCode.Ok)
}

class Drive {
  readonly sent = new Tally()
  readonly answers = new Tally()
  /** Requests that could not be sent, and what an operator said: nobody says that again. */
  readonly skipped = new Tally()
  readonly notSent = new Tally()
  readonly #journal: WalkedJournal
  readonly #options: ToExchangeOptions
  readonly #names: LogNames
  readonly #keys: ReadonlyMap<string, KeyObject>
  readonly #sessions = new Map<string, LogSession>()
  readonly #ids = new OrderIds()
  readonly #pacemaker: Pacemaker
  #last: LogSession | undefined

  constructor(journal: WalkedJournal, options: ToExchangeOptions) {
    this.#journal = journal
    this.#options = options
    this.#keys = readKeys(options.keys)
    this.#names = LogNames.before(journal, options.from)
    this.#pacemaker = new Pacemaker(options.speed)
  }

  get sessionCount(): number {
    return this.#sessions.size
  }

  get outstanding(): number {
    let count = 0
    for (const session of this.#sessions.values()) count += session.outstanding
    return count
  }

  async run(ending: Ending): Promise<void> {
    const { from, until } = this.#options
    const progress = startProgress('commands', Math.max(until - from + 1, 0), this.#options)
    const isOver = (): boolean => ending.isWanted
    try {
      for (const command of walkCommands(this.#journal, this.#options)) {
        this.#names.hear(command)
        const logged = loggedRequest(command)
        if (logged === undefined) this.#pass(command)
        else {
          await this.#pacemaker.until(timeUsOf(command), isOver)
          if (isOver()) return
          await this.#send(command, logged)
        }
        progress.update(command.number - from + 1)
      }
    } finally {
      progress.stop()
    }
  }

  /** Until all is answered, or it takes too long. */
  async settle(): Promise<void> {
    const endMs = performance.now() + SETTLE_MS_MAX
    for (let looks = 0; this.outstanding > 0 && performance.now() < endMs; looks++) {
      for (const session of this.#sessions.values()) await session.whileLost()
      await (looks < QUICK_LOOKS ? turn() : sleep(1))
    }
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await session.logout()
  }

  #pass(command: JournalRecord): void {
    const templateId = templateIdOf(command)
    if (!OWN_BUSINESS.includes(templateId)) this.notSent.add(messageName(templateId))
  }

  async #send(command: JournalRecord, logged: LoggedRequest): Promise<void> {
    const compId = this.#names.venue.sessionName(sessionOf(command))
    if (compId === undefined) {
      this.skipped.add('of no known session')
      return
    }
    const session = await this.#sessionOf(compId)
    if (this.#options.inOrder && session !== this.#last) await this.settle()
    this.#last = session
    const request = await this.#asMeantThere(command, logged)
    if (request === undefined) {
      this.skipped.add('for an OrderID that is not open there')
      return
    }
    for (const [index, { clOrdId }] of ordersOf(logged).entries()) {
      this.#ids.entered(compId, clOrdId, orderIdOf(sequenceOf(command), index))
    }
    try {
      await session.send(request)
      this.sent.add(logged.kind)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      this.skipped.add(error.message)
    }
    if (this.sent.total % SENDS_MAX === 0) await turn()
  }

  /** Dates move with the pace; an order is named by its client's id, or by the OrderID that it has there. */
  async #asMeantThere(
    command: JournalRecord,
    logged: LoggedRequest,
  ): Promise<LoggedRequest | undefined> {
    if (logged.kind === 'NewOrderSingle') {
      return { ...logged, request: this.#withDate(command, logged.request) }
    }
    if (logged.kind === 'NewOrderList') {
      const orders = logged.request.orders.map((order) => this.#withDate(command, order))
      return { ...logged, request: { ...logged.request, orders } }
    }
    if (!namesOrder(logged)) return logged
    const { orderId: loggedId, ...request } = logged.request
    if (loggedId === undefined || request.origClOrdId !== undefined) {
      return { kind: logged.kind, request } as LoggedRequest
    }
    if (this.#ids.there(loggedId) === undefined) await this.settle()
    const orderId = this.#ids.there(loggedId)
    if (orderId === undefined) return undefined
    return { kind: logged.kind, request: { ...request, orderId } } as LoggedRequest
  }

  #withDate(command: JournalRecord, order: NewOrder): NewOrder {
    const { expireTimeUs } = order
    if (expireTimeUs === undefined) return order
    const leftUs = this.#pacemaker.scaledUs(expireTimeUs - timeUsOf(command))
    return { ...order, expireTimeUs: Math.round(Date.now() * 1_000 + leftUs) }
  }

  async #sessionOf(compId: string): Promise<LogSession> {
    const known = this.#sessions.get(compId)
    if (known !== undefined) return known
    const { host, port } = this.#options
    const shared = { answers: this.answers, ids: this.#ids, key: this.#keys.get(compId) }
    const session = await LogSession.connect({ host, port, compId, ...shared }).catch(
      (error: unknown) => {
        throw cannotLogOn(error, `${compId} at ${host}:${port}`)
      },
    )
    this.#sessions.set(compId, session)
    return session
  }
}

/** The orders that a request enters, in the order of their ids. */
function ordersOf(logged: LoggedRequest): readonly NewOrder[] {
  if (logged.kind === 'NewOrderSingle') return [logged.request]
  return logged.kind === 'NewOrderList' ? logged.request.orders : []
}

type NamesOrder = LoggedRequest & {
  readonly kind: 'OrderCancelRequest' | 'OrderCancelReplaceRequest' | 'OrderStatusRequest'
}

const namesOrder = (logged: LoggedRequest): logged is NamesOrder =>
  logged.kind === 'OrderCancelRequest' ||
  logged.kind === 'OrderCancelReplaceRequest' ||
  logged.kind === 'OrderStatusRequest'

function cannotLogOn(error: unknown, who: string): unknown {
  if (!(error instanceof OrderEntryError)) return error
  return new CliError(error.code, ExitCode.Unavailable, {
    what: `cannot log on as ${who} (${error.message})`,
    mend:
      error.code === 'unreachable'
        ? 'Start the exchange, or correct the address'
        : 'A session may be logged on once; one that is listed there needs its --key',
  })
}

function readKeys(files: Readonly<Record<string, string>>): ReadonlyMap<string, KeyObject> {
  return new Map(
    Object.entries(files).map(([compId, file]) => {
      try {
        return [compId, createPrivateKey(readFileSync(file))]
      } catch (error) {
        throw new CliError('key-unreadable', ExitCode.Usage, {
          what: `${file} is no private key for ${compId} (${error instanceof Error ? error.message : error})`,
          mend: 'Give --key COMPID=FILE with an Ed25519 private key in PEM',
        })
      }
    }),
  )
}

/** What the same requests were answered with then. */
function answersInLog(journal: WalkedJournal, range: CommandRange): Tally {
  const answers = new Tally()
  for (const event of walkEvents(journal, range)) {
    const name = answerName(event)
    if (name !== undefined) answers.add(name)
  }
  return answers
}

async function printResult(
  drive: Drive,
  logged: Tally,
  seconds: number,
  { json }: ToExchangeOptions,
): Promise<void> {
  const { sent, answers, skipped, notSent, sessionCount: sessions, outstanding } = drive
  if (json) {
    const unanswered = outstanding
    const said = { sent, answers, unanswered, logged, skipped, notSent }
    await print(JSON.stringify({ ...said, sessions, seconds }))
    return
  }
  const rate = Math.round(sent.total / Math.max(seconds, 0.001))
  await print(
    [
      `sent      ${sent} from ${sessions} sessions in ${seconds.toFixed(1)} s, ${rate} a second`,
      `answered  ${answers}`,
      logged.isSame(answers) ? 'as it was in the log' : `in the log ${logged}`,
      ...(outstanding === 0 ? [] : [`UNANSWERED ${outstanding}`]),
      ...(skipped.total === 0 ? [] : [`skipped   ${skipped}`]),
      ...(notSent.total === 0 ? [] : [`left out  ${notSent}: what an operator said`]),
      '',
    ].join('\n'),
  )
}
