/** `tradsys account create, deposit, enable, disable`: said to the exchange that runs, and done when its shard says so. */
import { randomBytes } from 'node:crypto'
import type { KillSwitchState } from '../../gateway/operator-commands.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { ControlLine } from '../control-line.ts'
import { decimalToUnits } from '../decimal.ts'
import { print } from '../line-writer.ts'

interface ChangeFlags {
  readonly dataDir: string
  readonly json?: boolean
}

/** Decimals as they were typed, by currency. */
type Paid = Readonly<Record<string, string>>

export interface CreateFlags extends ChangeFlags {
  readonly session: readonly string[]
  readonly deposit: Paid
}

export interface DepositFlags extends ChangeFlags {
  readonly paid: Paid
  readonly reference?: string
}

export interface TradingFlags extends ChangeFlags {
  readonly state: KillSwitchState
}

const NAME = /^[A-Za-z0-9_-]{1,16}$/
const REFERENCE = /^[\x21-\x7e]{1,36}$/

export async function createAccount(account: string, flags: CreateFlags): Promise<void> {
  const sessions = flags.session.length === 0 ? [account] : flags.session
  for (const name of [account, ...sessions]) checkName(name)
  await speak(flags.dataDir, async (line) => {
    const { currencies, admission } = await line.ask({ do: 'venue' })
    const deposits = unitsOf(flags.deposit, currencies ?? {})
    await line.ask({ do: 'account.define', account, sessions, deposits })
    if (flags.json) return print(JSON.stringify({ account, sessions, deposits: flags.deposit }))
    const paid = Object.entries(flags.deposit).map(([currency, amount]) => `${amount} ${currency}`)
    const money = paid.length === 0 ? '' : `, ${paid.join(' and ')} paid in`
    const key =
      admission === 'listed' ? ` (they log on with keys: tradsys key create --session)` : ''
    await print(`account ${account}: sessions ${sessions.join(', ')}${money}${key}`)
  })
}

export async function depositInto(account: string, flags: DepositFlags): Promise<void> {
  checkName(account)
  const reference = flags.reference ?? `cli-${randomBytes(12).toString('hex')}`
  if (!REFERENCE.test(reference)) {
    throw usage(`--reference ${reference} is none`, 'Give it 1 to 36 characters without blanks')
  }
  const [currency, amount] = Object.entries(flags.paid)[0]!
  await speak(flags.dataDir, async (line) => {
    const { currencies } = await line.ask({ do: 'venue' })
    const units = unitsOf(flags.paid, currencies ?? {})[currency]!
    await line.ask({ do: 'account.deposit', account, currency, units, reference })
    if (flags.json) return print(JSON.stringify({ account, currency, amount, reference }))
    await print(`account ${account}: ${amount} ${currency} paid in, reference ${reference}`)
  })
}

const STATE_WORDS: Readonly<Record<KillSwitchState, string>> = {
  lifted: 'may trade',
  halted: 'may not trade: its open orders are cancelled, new ones are refused',
  reducing: 'may only reduce its positions: its open orders are cancelled',
}

export async function setTrading(account: string, flags: TradingFlags): Promise<void> {
  checkName(account)
  const { state } = flags
  await speak(flags.dataDir, async (line) => {
    await line.ask({ do: 'account.trading', account, state })
    if (flags.json) return print(JSON.stringify({ account, state }))
    await print(`account ${account} ${STATE_WORDS[state]}`)
  })
}

async function speak(dataDir: string, say: (line: ControlLine) => Promise<void>): Promise<void> {
  const line = await ControlLine.open(dataDir)
  try {
    await say(line)
  } finally {
    line.close()
  }
}

/** Before anything is said: an amount that is none must not leave an account without it. */
function unitsOf(paid: Paid, decimals: Readonly<Record<string, number>>): Record<string, number> {
  const units = Object.entries(paid).map(([currency, amount]) => {
    const places = decimals[currency]
    if (places === undefined) {
      const known = Object.keys(decimals).join(', ')
      throw usage(`there is no currency ${currency}`, `Give one of ${known}`)
    }
    const exact = decimalToUnits(amount, places)
    if (exact === undefined || exact === 0) {
      const mend = `Give an amount above 0, with at most ${places} decimals`
      throw usage(`${amount} ${currency} cannot be paid in`, mend)
    }
    return [currency, exact] as const
  })
  return Object.fromEntries(units)
}

function checkName(name: string): void {
  if (NAME.test(name)) return
  throw usage(`'${name}' is no name of an account or a session`, 'Give it 1-16 of A-Z a-z 0-9 _ -')
}

const usage = (what: string, mend: string): CliError =>
  new CliError('usage-account', ExitCode.Usage, { what, mend })
