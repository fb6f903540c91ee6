/** An order message whose header is in order ──▶ ORDER CHECK ──▶ its first fault, by what it is. Hot. */
import {
  NewOrderSingle,
  OrderCancelRequest,
  OrderMassCancelRequest,
  OrderMassStatusRequest,
  OrderStatusRequest,
} from '../../protocol/codecs.ts'
import type { OrderPlace } from './command-writer.ts'
import type { Fault } from './fault.ts'
import { cancelFault, massCancelFault, replaceFault, statusFault } from './field-check.ts'
import { newOrderFault } from './new-order-check.ts'

export function orderFault(view: DataView, place: OrderPlace): Fault | undefined {
  const { block } = place
  switch (place.templateId) {
    case NewOrderSingle.TEMPLATE_ID:
      return newOrderFault(view, block, place.blockBytes)
    case OrderCancelRequest.TEMPLATE_ID:
      return cancelFault(view, block)
    case OrderStatusRequest.TEMPLATE_ID:
      return statusFault(view, block)
    case OrderMassStatusRequest.TEMPLATE_ID:
    case OrderMassCancelRequest.TEMPLATE_ID:
      return massCancelFault(view, block)
    default:
      return replaceFault(view, block)
  }
}
