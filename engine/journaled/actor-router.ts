/** Which shard a command is for: its receiver's address says so. */
import {
  BLOCK_LENGTH_OFFSET,
  ENVELOPE_BYTES,
  NUMBER_OFFSET,
  SESSION_OFFSET,
  VERSION_OFFSET,
} from '../../protocol/envelope.ts'
import { shardOf } from '../actor/ref.ts'
import { type CommandRouter, NO_SHARD } from '../shard/command-router.ts'

/** In a record's version: it comes from another shard, and its sender's number stands behind its block. */
export const RELAYED = 0x8000
export const RELAY_NUMBER_BYTES = 8

export class ActorRouter implements CommandRouter {
  readonly shards: number

  constructor(shards: number) {
    this.shards = shards
  }

  route(view: DataView, at: number): number {
    return shardOf(view.getUint32(at + SESSION_OFFSET, true))
  }

  senderOf(view: DataView, at: number): number {
    const isRelayed = (view.getUint16(at + VERSION_OFFSET, true) & RELAYED) !== 0
    return isRelayed ? shardOf(view.getUint32(at + NUMBER_OFFSET, true)) : NO_SHARD
  }

  numberOf(view: DataView, at: number): number {
    return relayNumber(view, at)
  }
}

/**
 * Notes the number of a message from another shard in `heard`. False: it came before, for a stop between its event and its command has
 * doubled it.
 */
export function isNews(heard: Float64Array, view: DataView, at: number): boolean {
  if ((view.getUint16(at + VERSION_OFFSET, true) & RELAYED) === 0) return true
  const sender = shardOf(view.getUint32(at + NUMBER_OFFSET, true))
  const number = relayNumber(view, at)
  if (number <= heard[sender]!) return false
  heard[sender] = number
  return true
}

function relayNumber(view: DataView, at: number): number {
  const blockBytes = view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
  return view.getFloat64(at + ENVELOPE_BYTES + blockBytes - RELAY_NUMBER_BYTES, true)
}
