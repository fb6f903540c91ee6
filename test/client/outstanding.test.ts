import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Outstanding, SLOT_BYTES } from '../../client/outstanding.ts'
import { NewOrderSingle } from '../../protocol/codecs.ts'
import {
  FRAME_LENGTH_OFFSET,
  MSG_SEQ_NUM_OFFSET,
  WIRE_HEADER_BYTES,
} from '../../protocol/wire-frame.ts'

const COUNT_MAX = 8

/** Sends what is unsent: `number:ClOrdID` of each message. */
function sent(outstanding: Outstanding): string[] {
  const into = Buffer.alloc(COUNT_MAX * SLOT_BYTES)
  const bytes = outstanding.takeUnsent(into, 0)
  const view = new DataView(into.buffer, into.byteOffset, into.length)
  const messages: string[] = []
  for (let at = 0; at < bytes; at += view.getUint32(at + FRAME_LENGTH_OFFSET, true)) {
    const { clOrdId } = new NewOrderSingle().wrap(view, at + WIRE_HEADER_BYTES)
    messages.push(`${view.getUint32(at + MSG_SEQ_NUM_OFFSET, true)}:${clOrdId}`)
  }
  return messages
}

function open(outstanding: Outstanding, ...clOrdIds: readonly string[]): void {
  for (const clOrdId of clOrdIds) {
    const block = outstanding.open(NewOrderSingle.TEMPLATE_ID, NewOrderSingle.BLOCK_BYTES_V1)
    new NewOrderSingle().wrap(outstanding.view, block).clOrdId = clOrdId
    outstanding.close()
  }
}

test('outstanding: what the exchange has is not sent again, whatever numbers the refused had', () => {
  const outstanding = new Outstanding(COUNT_MAX)
  outstanding.rewind(5)
  open(outstanding, 'a', 'b', 'c', 'd')
  assert.deepEqual(sent(outstanding), ['5:a', '6:b', '7:c', '8:d'])
  outstanding.refused(6)
  outstanding.refused(7)
  outstanding.rewind(5)
  assert.deepEqual(sent(outstanding), ['5:a', '6:d'], 'the numbers of the refused came back')
  outstanding.rewind(7)
  assert.deepEqual(sent(outstanding), [])
  open(outstanding, 'e')
  assert.deepEqual(sent(outstanding), ['7:e'])
})
