/** Counters and ring gauges as Prometheus text. */
import type { Counter } from '../engine/thread/counters.ts'
import type { RingGauge } from '../ringbuffer/spsc/ring-gauge.ts'

export interface MetricsSource {
  /** Name without `tradsys_` → its counter; what ends in `_total` is a counter, all else a gauge. */
  readonly counters: ReadonlyMap<string, Counter>
  readonly rings: ReadonlyMap<string, RingGauge>
}

export function prometheusText({ counters, rings }: MetricsSource): string {
  const lines: string[] = []
  for (const [name, counter] of counters) {
    lines.push(`# TYPE tradsys_${name} ${name.endsWith('_total') ? 'counter' : 'gauge'}`)
    lines.push(`tradsys_${name} ${counter.value}`)
  }
  for (const [metric, type, read] of RING_METRICS) {
    lines.push(`# TYPE tradsys_${metric} ${type}`)
    for (const [ring, gauge] of rings)
      lines.push(`tradsys_${metric}{ring="${ring}"} ${read(gauge)}`)
  }
  return `${lines.join('\n')}\n`
}

const RING_METRICS: readonly (readonly [string, string, (gauge: RingGauge) => number])[] = [
  ['ring_used_bytes', 'gauge', (gauge) => gauge.depthBytes],
  ['ring_high_mark_bytes', 'gauge', (gauge) => gauge.highMarkBytes],
  ['ring_records_total', 'counter', (gauge) => gauge.recordsIn],
  ['ring_full_total', 'counter', (gauge) => gauge.fullCount],
]
