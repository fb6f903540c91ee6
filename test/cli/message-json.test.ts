import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordToJson } from '../../cli/message-json.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import {
  ExecutionReport,
  MassQuote,
  NewOrderSingle,
  OrdType,
  PostOnly,
  QuoteEntry,
  Side,
} from '../../protocol/codecs.ts'
import { writeGroupHeader } from '../../protocol/groups.ts'
import { INT64_NULL } from '../../protocol/integers.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'

/** An order in a record whose block is so long, with another record behind it. */
function dumped(blockBytes: number, fill: (order: NewOrderSingle) => void): object {
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const at = outbox.open(NewOrderSingle.TEMPLATE_ID, blockBytes, 0, 0)
  fill(new NewOrderSingle().wrap(outbox.view, at, blockBytes))
  const behind = outbox.open(NewOrderSingle.TEMPLATE_ID, NewOrderSingle.BLOCK_BYTES, 0, 0)
  outbox.bytes.fill(0x41, behind, behind + NewOrderSingle.BLOCK_BYTES)
  const { sequence, timeUs, session, number, ...fields } = recordToJson(outbox.view, 0)
  return fields
}

test('message json: absent fields are left out, and what lies behind the block’s end is none of it', () => {
  const fill = (order: NewOrderSingle): void => {
    order.clOrdId = 'a'
    order.side = Side.Buy
    order.ordType = OrdType.Market
    order.orderQty = 5
    order.price = INT64_NULL
  }
  const order = { message: 'NewOrderSingle', ClOrdID: 'a', Side: 'Buy', OrdType: 'Market' }
  assert.deepEqual(dumped(NewOrderSingle.BLOCK_BYTES_V1, fill), {
    ...order,
    ...{ TimeInForce: 0, OrderQty: 5 },
  })
  const longer = dumped(NewOrderSingle.BLOCK_BYTES, (block) => {
    fill(block)
    block.stopPx = INT64_NULL
    block.displayQty = 0
    block.postOnly = PostOnly.Slide
  }) as Record<string, unknown>
  assert.ok(!('StopPx' in longer))
  assert.deepEqual([longer.DisplayQty, longer.PostOnly], [0, 'Slide'])
})

test('message json: a report names its tapes where it is on one', () => {
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const { TEMPLATE_ID, BLOCK_BYTES } = ExecutionReport
  const report = new ExecutionReport().wrap(
    outbox.view,
    outbox.open(TEMPLATE_ID, BLOCK_BYTES, 1, 1),
  )
  report.firmTape = 7
  const { AccountTape, FirmTape } = recordToJson(outbox.view, 0)
  assert.deepEqual([AccountTape, FirmTape], [undefined, 7])
})

test('message json: a group is a list of its entries, each as long as the record says', () => {
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  const entryBytes = QuoteEntry.BLOCK_BYTES + 8
  const { TEMPLATE_ID, BLOCK_BYTES } = MassQuote
  const at = outbox.open(TEMPLATE_ID, BLOCK_BYTES, 0, 0, 4 + 2 * entryBytes)
  const { view } = outbox
  const quotes = new MassQuote().wrap(view, at)
  quotes.quoteId = 'q'
  quotes.protectionWindow = 5
  const first = writeGroupHeader(view, quotes.group, entryBytes, 2)
  for (const [index, symbol] of ['BTC', 'ETH'].entries()) {
    const entry = new QuoteEntry().wrap(view, first + index * entryBytes)
    Object.assign(entry, { symbol, bidSize: index, bidPx: INT64_NULL, offerSize: INT64_NULL })
    entry.offerPx = 9 + index
  }
  const json = recordToJson(view, 0)
  assert.deepEqual([json.QuoteID, json.ProtectionWindow], ['q', 5])
  assert.deepEqual(json.NoQuoteEntries, [
    { Symbol: 'BTC', BidSize: 0, OfferPx: 9 },
    { Symbol: 'ETH', BidSize: 1, OfferPx: 10 },
  ])
})
