/** `tradsys account list, show`: as the journal has it, up to its last command; beside a running exchange or without one. */
import type { VenueView } from '../../actors/venue-view.ts'
import { EXCHANGE_KIND } from '../../exchange-kind.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { CliError, ExitCode } from '../cli-error.ts'
import { print } from '../line-writer.ts'
import { type AccountResult, describeAccount, lookAtAccount } from '../replay/account.ts'
import { alignedTable } from '../replay/aligned-table.ts'
import { runLog } from '../replay/run.ts'

export interface LookFlags {
  readonly dataDir: string
  readonly json?: boolean
  readonly progress?: boolean
}

export async function listAccounts(flags: LookFlags): Promise<void> {
  const venue = venueNow(flags)
  const accounts = venue.accountNames().map((name) => lookAtAccount(venue, name))
  if (flags.json) return print(JSON.stringify(accounts))
  if (accounts.length === 0) return print('no accounts')
  const head = ['account', 'trading', 'open orders', 'balances', 'sessions']
  await print(alignedTable([head, ...accounts.map(rowOf)]).join('\n'))
}

export async function showAccount(flags: LookFlags & { readonly name: string }): Promise<void> {
  const venue = venueNow(flags)
  if (venue.accountNamed(flags.name) === 0) {
    throw new CliError('unknown-account', ExitCode.Failure, {
      what: `there is no account ${flags.name} in ${flags.dataDir}`,
      mend: 'tradsys account list names those that are',
    })
  }
  const account = lookAtAccount(venue, flags.name)
  await print(flags.json ? JSON.stringify(account) : describeAccount(account).join('\n'))
}

function venueNow({ dataDir, progress }: LookFlags): VenueView {
  const journal = JournalReader.open(dataDir, EXCHANGE_KIND)
  try {
    const shown = progress === undefined ? {} : { progress }
    const until = journal.lastCommand
    return runLog({ directory: dataDir, journal }, { until, mayBeginLater: true, ...shown }).venue
  } finally {
    journal.close()
  }
}

function rowOf({ account, trading, openOrders, balances, sessions }: AccountResult): string[] {
  const money = balances.map(({ currency, free, held }) =>
    Number(held) === 0 ? `${free} ${currency}` : `${free}+${held} ${currency}`,
  )
  return [
    ...[account, trading.state, String(openOrders.length)],
    ...[money.join(', ') || '-', sessions.join(', ')],
  ]
}
