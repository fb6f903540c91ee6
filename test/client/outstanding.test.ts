import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FULL, Outstanding, SLOT_BYTES } from '../../client/outstanding.ts'
import { NewOrderSingle } from '../../protocol/codecs.ts'
import { writeText } from '../../protocol/text.ts'
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

test('outstanding: messages of any length keep their bytes, and room that is free in one piece is used', () => {
  const outstanding = new Outstanding(12)
  const { BLOCK_BYTES, TEMPLATE_ID } = NewOrderSingle
  const orders = new NewOrderSingle()
  const known: { id: string; place: number; end: number; at: number }[] = []
  const id = new DataView(new ArrayBuffer(36))
  const into = Buffer.alloc(1 << 16)
  let count = 0
  let refused = 0
  let state = 7
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
  for (let step = 0; step < 20_000; step++) {
    if (random(2) === 0) {
      const groupBytes = random(3) === 0 ? random(1_600) : 0
      const at = outstanding.open(TEMPLATE_ID, BLOCK_BYTES, groupBytes)
      if (at === FULL) refused++
      else {
        const name = `m-${count++}`
        orders.wrap(outstanding.view, at).clOrdId = name
        const end = at + BLOCK_BYTES + groupBytes
        for (const other of known) assert.ok(end <= other.at - 36 || at - 36 >= other.end, name)
        outstanding.close()
        known.push({ id: name, place: outstanding.lastPlace, at, end })
      }
    } else if (known.length > 0) {
      outstanding.takeUnsent(into, 0)
      const answered = known[random(Math.min(2, known.length))]!
      writeText(id, 0, 36, answered.id)
      const skipped: number[] = []
      assert.equal(
        outstanding.answered(id, 0, (place) => skipped.push(place)),
        answered.place,
      )
      while (known.length > 0 && known[0]!.place <= answered.place) known.shift()
    }
    assert.equal(outstanding.count, known.length)
    for (const { at, id: name } of known) {
      assert.equal(orders.wrap(outstanding.view, at).clOrdId, name)
    }
  }
  assert.ok(refused > 100 && count > 5_000)
})
