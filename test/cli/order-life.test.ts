/** An order's life, as `tradsys replay --order` tells it: what happened, against whom, and by whose command. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { describeOrderLife, orderLifeResult, runAndFollow } from '../../cli/replay/order.ts'
import type { Chapter } from '../../cli/replay/order-chapter.ts'
import type { OrderKey } from '../../cli/replay/order-life.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { playedJournal } from './played-journal.ts'

function lifeOf(t: TestContext, table: string, key: OrderKey) {
  const { dataDir, commands } = playedJournal(t, table)
  const journal = JournalReader.open(dataDir)
  try {
    const options = { until: commands.length, progress: false }
    const { run, life } = runAndFollow({ directory: dataDir, journal }, key, options)
    return orderLifeResult(life, key, run)
  } finally {
    journal.close()
  }
}

/** `Trade 3@100 against bob/B1 by bob NewOrderSingle B1 (opposite)` */
function inWords(chapter: Chapter): string {
  const { what, reason, lastQuantity, lastPrice, against, cause, isLinked, message } = chapter
  const who = cause.session === undefined ? '' : `${cause.session} `
  const id = cause.clOrdId === undefined ? '' : ` ${cause.clOrdId}`
  return [
    ...(isLinked ? [`${message.ClOrdID}:`] : []),
    what,
    ...(reason === undefined ? [] : [reason]),
    ...(lastQuantity === undefined ? [] : [`${lastQuantity}@${lastPrice}`]),
    ...(against?.clOrdId === undefined ? [] : [`against ${against.session}/${against.clOrdId}`]),
    `by ${who}${cause.message}${id} (${cause.kind})`,
  ].join(' ')
}

const LIVES: Readonly<Record<string, readonly [table: string, order: string, life: string]>> = {
  'a fill names the other side, and whose command it was': [
    `alice buy A 5 @ 100
     bob sell B 3 @ 100
     alice cancel A`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Trade 3@100 against bob/B2 by bob NewOrderSingle B2 (opposite)
     Canceled CanceledByClient by alice OrderCancelRequest A3 (own)`,
  ],
  'of one that takes, all is its own doing': [
    `alice buy A 2 @ 100
     bob sell B 5 @ 100 ioc`,
    'bob/B2',
    `New by bob NewOrderSingle B2 (own)
     Trade 2@100 against alice/A1 by bob NewOrderSingle B2 (own)
     Expired UnfilledIoc by bob NewOrderSingle B2 (own)`,
  ],
  'of a list all are followed, and entered by it': [
    `alice list after buy A 5 @ 100 | sell B 5 @ 120 | sell C 5 @ 130
     bob sell D 5 @ 100
     bob buy E 1 @ 120`,
    'alice/B1',
    `A1: New by alice NewOrderList l1 (own)
     New by alice NewOrderList l1 (own)
     C1: New by alice NewOrderList l1 (own)
     A1: Trade 5@100 against bob/D2 by bob NewOrderSingle D2 (opposite)
     Triggered by bob NewOrderSingle D2 (other)
     C1: Triggered by bob NewOrderSingle D2 (other)
     Trade 1@120 against bob/E3 by bob NewOrderSingle E3 (opposite)
     C1: Canceled LinkedOrder by bob NewOrderSingle E3 (other)`,
  ],
  'a quote that it trades with has the id of its message': [
    `alice quote 5 @ 90 / 6 @ 110
     bob buy B 2 @ 110`,
    'bob/B2',
    `New by bob NewOrderSingle B2 (own)
     Trade 2@110 against alice/q1 by bob NewOrderSingle B2 (own)`,
  ],
  'a replace gives it another id, under which it is found too': [
    `alice buy A 5 @ 100
     alice amend A 7 @ 101
     bob sell B 7 @ 101`,
    'alice/A2',
    `New by alice NewOrderSingle A1 (own)
     Replaced by alice OrderCancelReplaceRequest A2 (own)
     Trade 7@101 against bob/B3 by bob NewOrderSingle B3 (opposite)`,
  ],
  'a request that is refused belongs to it': [
    `alice buy A 5 @ 100
     bob sell B 5 @ 100
     alice cancel A`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Trade 5@100 against bob/B2 by bob NewOrderSingle B2 (opposite)
     OrderCancelReject TooLate by alice OrderCancelRequest A3 (own)`,
  ],
  'a cancel by another session of the account is its own': [
    `alice buy A 5 @ 100
     alice/2 cancel A`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Canceled CanceledByClient by alice/2 OrderCancelRequest A2 (own)`,
  ],
  'a mass cancel is its own': [
    `alice buy A 5 @ 100
     alice mass`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Canceled MassCanceled by alice OrderMassCancelRequest m2 (own)`,
  ],
  'of two linked orders the fill of one ends the other': [
    `alice sell A 5 @ 100
     alice sell B 5 @ 90 stop 95 oco A
     bob buy C 2 @ 100`,
    'alice/B2',
    `New by alice NewOrderSingle B2 (own)
     A1: Trade 2@100 against bob/C3 by bob NewOrderSingle C3 (opposite)
     Canceled LinkedOrder by bob NewOrderSingle C3 (other)`,
  ],
  'a bracket is followed from its parent: who waits, who wakes, who ends whom': [
    `alice buy P 2 @ 100
     alice sell T 2 @ 110 after P
     alice sell S 2 @ 80 stop 90 oco T
     bob sell B 2 @ 100
     carol buy C 2 @ 110`,
    'alice/P1',
    `New by alice NewOrderSingle P1 (own)
     T2: New by alice NewOrderSingle T2 (own)
     S3: New by alice NewOrderSingle S3 (own)
     Trade 2@100 against bob/B4 by bob NewOrderSingle B4 (opposite)
     T2: Triggered by bob NewOrderSingle B4 (other)
     S3: Triggered by bob NewOrderSingle B4 (other)
     T2: Trade 2@110 against carol/C5 by carol NewOrderSingle C5 (opposite)
     S3: Canceled LinkedOrder by carol NewOrderSingle C5 (other)`,
  ],
  'a stop is elected by a trade of others, and trades with a third': [
    `alice sell S 5 @ 80 stop 95
     bob buy X 9 @ 90
     carol buy C 1 @ 95
     dave sell D 1 @ 95`,
    'alice/S1',
    `New by alice NewOrderSingle S1 (own)
     Triggered by dave NewOrderSingle D4 (other)
     Trade 5@90 against bob/X2 by dave NewOrderSingle D4 (other)`,
  ],
  'a peg moves with what others do': [
    `alice buy A 5 @ 110 peg primary
     bob buy B 1 @ 100
     bob cancel B`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Restated by bob NewOrderSingle B2 (other)
     Restated by bob OrderCancelRequest B3 (other)`,
  ],
  'a date is reached by the time of whatever comes first': [
    `alice buy A 5 @ 100 gtd 20
     tick 30`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Expired DateReached by Tick (other)`,
  ],
  'the kill switch is the operator’s': [
    `alice buy A 5 @ 100
     kill alice halted`,
    'alice/A1',
    `New by alice NewOrderSingle A1 (own)
     Canceled KillSwitch by KillSwitch (other)`,
  ],
  'an entry that is refused never was an order, and is found all the same': [
    'alice buy A 5 @ 2000000',
    'alice/A1',
    'Rejected PriceOutOfRange by alice NewOrderSingle A1 (own)',
  ],
  'self-trade prevention says what it did not trade with': [
    `alice sell A 5 @ 100
     alice/2 buy B 5 @ 100 stp decrement`,
    'alice/B2',
    `New by alice/2 NewOrderSingle B2 (own)
     PreventedMatch 5@100 against alice/A1 by alice/2 NewOrderSingle B2 (own)
     Expired SelfTrade by alice/2 NewOrderSingle B2 (own)`,
  ],
}

for (const [sentence, [table, order, expected]] of Object.entries(LIVES)) {
  test(`order life: ${sentence}`, (t) => {
    const [account = '', clOrdId = ''] = order.split('/')
    const byClientId = lifeOf(t, table, { account, clOrdId })
    const lines = byClientId.events.map(inWords)
    assert.deepEqual(
      lines,
      expected.split('\n').map((line) => line.trim()),
    )
    const { orderId } = byClientId
    if (orderId === undefined) return
    assert.deepEqual(lifeOf(t, table, { orderId }).events, byClientId.events)
    assert.equal(describeOrderLife(byClientId).length, lines.length + 1 + (byClientId.now ? 1 : 0))
  })
}
