import assert from 'node:assert/strict'
import { test } from 'node:test'
import { recordToJson } from '../../cli/message-json.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { ExecutionReport, NewOrderSingle, OrdType, PostOnly, Side } from '../../protocol/codecs.ts'
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
