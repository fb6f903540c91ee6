/** An application message that could be read ──▶ ORDER CHECK ──▶ its first fault, by what it is. Hot. */
import {
  NewOrderSingle,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
  SecurityDefinitionRequest,
  TradingSessionStatusRequest,
} from '../../protocol/codecs.ts'
import type { Fault } from './fault.ts'
import {
  cancelFault,
  marketRequestFault,
  massCancelFault,
  replaceFault,
  SECURITY_REQ_ID,
  statusFault,
  TRAD_SES_REQ_ID,
} from './field-check.ts'
import type { InboundMessage } from './inbound-message.ts'
import { newOrderFault } from './new-order-check.ts'

export function orderFault({
  msgType,
  view,
  block,
  blockBytes,
}: InboundMessage): Fault | undefined {
  switch (msgType) {
    case NewOrderSingle.TEMPLATE_ID:
      return newOrderFault(view, block, blockBytes)
    case OrderCancelRequest.TEMPLATE_ID:
      return cancelFault(view, block)
    case OrderStatusRequest.TEMPLATE_ID:
      return statusFault(view, block)
    case SecurityDefinitionRequest.TEMPLATE_ID:
      return marketRequestFault(view, block, SECURITY_REQ_ID)
    case TradingSessionStatusRequest.TEMPLATE_ID:
      return marketRequestFault(view, block, TRAD_SES_REQ_ID)
    case OrderMassStatusRequest.TEMPLATE_ID:
    case OrderMassCancelRequest.TEMPLATE_ID:
      return massCancelFault(view, block)
    default:
      return replaceFault(view, block)
  }
}
