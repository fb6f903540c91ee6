/**
 *   command ──▶ SHARD ROUTER ─┬─▶ the symbol's shard   orders, cancels, replaces; mass requests of one symbol
 *                             ├─▶ the shard that a message between shards names
 *                             └─▶ every shard          definitions, sessions, deposits, the operator's actions
 *
 * The sequencer's part of the exchange's rules. Hot where there are several shards, and not there
 * where there is one.
 */
import { type CommandRouter, EVERY_SHARD, NO_SHARD } from '../engine/shard/command-router.ts'
import {
  FundsAsk,
  FundsGrant,
  FundsReturn,
  MassQuote,
  NewOrderList,
  NewOrderSingle,
  OrderCancelReplaceRequest,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  QuoteCancel,
  QuoteEntry,
  RunWaiting,
  SecurityDefinitionRequest,
  TradingSessionStatusRequest,
} from '../protocol/codecs.ts'
import { BLOCK_LENGTH_OFFSET, ENVELOPE_BYTES, TEMPLATE_ID_OFFSET } from '../protocol/envelope.ts'
import { entryAt } from '../protocol/groups.ts'
import { EXCHANGE_LIMITS } from './limits.ts'
import { ShardMap, type ShardMapLimits } from './shard-map.ts'

/** Whether an event or a command of this template is a message between shards. */
export const isShardMessage = (templateId: number): boolean =>
  templateId === FundsAsk.TEMPLATE_ID ||
  templateId === FundsGrant.TEMPLATE_ID ||
  templateId === FundsReturn.TEMPLATE_ID ||
  templateId === RunWaiting.TEMPLATE_ID

/** Where the first symbol stands in a message of several: its shard takes all of it. */
function firstSymbolAt(view: DataView, at: number, templateId: number): number {
  const group = at + ENVELOPE_BYTES + view.getUint16(at + BLOCK_LENGTH_OFFSET, true)
  const { SYMBOL_OFFSET } = templateId === MassQuote.TEMPLATE_ID ? QuoteEntry : NewOrderSingle
  return entryAt(view, group, 0) + SYMBOL_OFFSET
}

export class ShardRouter implements CommandRouter {
  readonly shards: number
  readonly #map: ShardMap
  /** All messages between shards have its shape. */
  readonly #message = new FundsAsk()

  constructor(shards: number, limits: ShardMapLimits = EXCHANGE_LIMITS) {
    this.shards = shards
    this.#map = new ShardMap(shards, limits)
  }

  route(view: DataView, at: number): number {
    const block = at + ENVELOPE_BYTES
    const templateId = view.getUint16(at + TEMPLATE_ID_OFFSET, true)
    switch (templateId) {
      case NewOrderSingle.TEMPLATE_ID:
        return this.#map.symbolShard(view, block + NewOrderSingle.SYMBOL_OFFSET)
      case NewOrderList.TEMPLATE_ID:
      case MassQuote.TEMPLATE_ID:
        return this.#map.symbolShard(view, firstSymbolAt(view, at, templateId))
      case OrderCancelRequest.TEMPLATE_ID:
        return this.#map.symbolShard(view, block + OrderCancelRequest.SYMBOL_OFFSET)
      case OrderCancelReplaceRequest.TEMPLATE_ID:
        return this.#map.symbolShard(view, block + OrderCancelReplaceRequest.SYMBOL_OFFSET)
      case OrderStatusRequest.TEMPLATE_ID:
        return this.#map.symbolShard(view, block + OrderStatusRequest.SYMBOL_OFFSET)
      case QuoteCancel.TEMPLATE_ID:
      case SecurityDefinitionRequest.TEMPLATE_ID:
      case TradingSessionStatusRequest.TEMPLATE_ID:
      case OrderMassStatusRequest.TEMPLATE_ID:
      case OrderMassCancelRequest.TEMPLATE_ID: {
        // All have it at the same place.
        const symbolAt = block + OrderMassCancelRequest.SYMBOL_OFFSET
        const namesSymbol = view.getUint8(symbolAt) !== 0
        return namesSymbol ? this.#map.symbolShard(view, symbolAt) : EVERY_SHARD
      }
      default:
        if (isShardMessage(templateId)) return this.#message.wrap(view, block).toShard
        this.#map.hear(templateId, view, block)
        return EVERY_SHARD
    }
  }

  senderOf(view: DataView, at: number): number {
    const isMessage = isShardMessage(view.getUint16(at + TEMPLATE_ID_OFFSET, true))
    return isMessage ? this.#message.wrap(view, at + ENVELOPE_BYTES).fromShard : NO_SHARD
  }

  numberOf(view: DataView, at: number): number {
    return this.#message.wrap(view, at + ENVELOPE_BYTES).number
  }
}
