/** What tests of sessions say to the shard, and what they hear. */
import { Reason, Side } from '../../protocol/codecs.ts'
import { type Fields, openVenue, type PlainEvent } from './exchange-harness.ts'

export const NEW = { ordType: 50, timeInForce: 49, symbol: 'BTCUSD', side: Side.Buy }
export const logOn = (compId: string, connection: number, paperAccount = 0): Fields => ({
  ...{ compId, connection, paperAccount },
})
export const said = (events: readonly PlainEvent[]) => events.map(({ number: _, ...rest }) => rest)
export const open = (name = 'alice') => openVenue({ names: [name], units: 1_000 })

/** SessionOpened of session 1, which has account 1. */
export const opened = (
  connection: number,
  nextInbound: number,
  nextOutbound: number,
  numberedFrom = 0,
) => ({
  ...{ name: 'SessionOpened', session: 1, connection, account: 1 },
  ...{ nextInbound, nextOutbound, reason: Reason.None },
  ...{ numberedFromHigh: 0, numberedFromLow: numberedFrom },
})
export const refusedLogOn = (session: number, connection: number, reason: number) => ({
  ...{ name: 'SessionOpened', session, connection, account: 0 },
  ...{ nextInbound: 0, nextOutbound: 0, reason },
  ...{ numberedFromHigh: 0, numberedFromLow: 0 },
})
