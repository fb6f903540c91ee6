/** Where what a shard says goes: one plan for the threads of the exchange and for its simulation. */
import type { Mesh } from './engine/thread/mesh.ts'
import { isReport } from './gateway/order-entry/reports.ts'
import { CommandRefused, SessionNamed, SessionOpened, WakeUp } from './protocol/codecs.ts'
import type { RingProducer } from './ringbuffer/spsc/spsc-ring.ts'

export interface ShardRoutes {
  readonly routeOf: (templateId: number) => RingProducer
  readonly routes: RingProducer[]
}

/** Reports go to order entry, refusals of operators and wake-ups to the operator; all else is market data. */
export function shardRoutes(mesh: Mesh): ShardRoutes {
  const orderEntry = mesh.producer('shard', 'order-entry')
  const marketData = mesh.producer('shard', 'market-data')
  const operator = mesh.producer('shard', 'operator')
  const routeOf = (templateId: number): RingProducer => {
    if (isReport(templateId)) return orderEntry
    switch (templateId) {
      case SessionOpened.TEMPLATE_ID:
      case SessionNamed.TEMPLATE_ID:
        return orderEntry
      case CommandRefused.TEMPLATE_ID:
      case WakeUp.TEMPLATE_ID:
        return operator
      default:
        return marketData
    }
  }
  return { routeOf, routes: [orderEntry, marketData, operator] }
}
