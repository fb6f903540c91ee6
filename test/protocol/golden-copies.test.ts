/** Copies of reports on the wire: what the exchange writes and what a client reads are the golden bytes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copySourceOf } from '../../client/copy-source.ts'
import { Outbox } from '../../engine/shard/outbox.ts'
import { Outlet } from '../../gateway/order-entry/outlet.ts'
import type { PeerSocket } from '../../gateway/order-entry/peer-socket.ts'
import { SbeVoice } from '../../gateway/order-entry/sbe/sbe-voice.ts'
import { SpareBuffers } from '../../gateway/order-entry/spare-buffers.ts'
import { Turn } from '../../gateway/order-entry/turn.ts'
import { ExecutionReport, OrderCancelReject, OrderMassCancelReport } from '../../protocol/codecs.ts'
import { RECORD_BLOCK_OFFSET, RECORD_HEADER_BYTES } from '../../protocol/envelope.ts'
import { type GoldenCopy, goldenCopies } from '../../protocol/generator/golden-copies.ts'
import { SCHEMA_ID, VERSION } from '../../protocol/schema.ts'
import { WIRE_HEADER_BYTES } from '../../protocol/wire-frame.ts'

const SOURCE = { account: 'ACCOUNT-1', compId: 'SESSION-1' }

/** What a voice has written to the socket since. */
function voiceAt(sendingTimeUs: number): { voice: SbeVoice; written: () => Buffer } {
  const chunks: Uint8Array[] = []
  const socket = {
    writable: true,
    writableLength: 0,
    write: (bytes: Uint8Array) => chunks.push(bytes),
  }
  const outlet = new Outlet(socket as unknown as PeerSocket, new SpareBuffers())
  const turn = new Turn(
    () => sendingTimeUs,
    () => 0,
  )
  return {
    voice: new SbeVoice(outlet, turn),
    written: () => {
      outlet.flush(0)
      return Buffer.concat(chunks)
    },
  }
}

/** The event that the golden frame is of, on two tapes. Returns where its envelope is. */
function eventOf({ hex, templateId, sendingTime }: GoldenCopy): DataView {
  const block = Buffer.from(hex, 'hex').subarray(WIRE_HEADER_BYTES, -32)
  const outbox = new Outbox({ schemaId: SCHEMA_ID, version: VERSION, eventsBefore: 0 })
  outbox.begin(1, sendingTime - 1)
  const at = outbox.open(templateId, block.length, 5, 77)
  outbox.bytes.set(block, at)
  const Codec = [ExecutionReport, OrderCancelReject, OrderMassCancelReport].find(
    ({ TEMPLATE_ID }) => TEMPLATE_ID === templateId,
  )!
  const report = new Codec().wrap(outbox.view, RECORD_BLOCK_OFFSET)
  report.accountTape = 3
  report.firmTape = 0xffff
  return outbox.view
}

test('golden copies: the exchange writes them, and leaves its tapes out', () => {
  assert.equal(goldenCopies().length, 6)
  for (const golden of goldenCopies()) {
    const { voice, written } = voiceAt(golden.sendingTime)
    const { msgSeqNum: number, possDup } = golden
    voice.copy(eventOf(golden), RECORD_HEADER_BYTES, { number, possDup, source: SOURCE })
    assert.equal(written().toString('hex'), golden.hex, golden.message)
  }
})

test('golden copies: a report to its own session says nothing of tapes either', () => {
  for (const golden of goldenCopies()) {
    const { voice, written } = voiceAt(golden.sendingTime)
    voice.report(eventOf(golden), RECORD_HEADER_BYTES, false)
    const block = Buffer.from(golden.hex, 'hex').subarray(WIRE_HEADER_BYTES, -32)
    assert.equal(written().subarray(WIRE_HEADER_BYTES).toString('hex'), block.toString('hex'))
  }
})

test('golden copies: a client reads whose they are, and of its own reports that they are its own', () => {
  for (const { hex } of goldenCopies()) {
    const bytes = Buffer.from(hex, 'hex')
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    assert.deepEqual(copySourceOf(view, 0), SOURCE)
    view.setUint8(26, 1)
    assert.equal(copySourceOf(view, 0), undefined)
  }
})
