/** Prometheus text of the gateway's own metrics, behind what the rest of the exchange has to say. */

export interface MarketDataMetrics {
  readonly connections: number
  readonly bufferedBytes: number
  readonly droppedMessages: number
  readonly version: string
  readonly transport: string
}

export function metricsText(others: string, own: MarketDataMetrics): string {
  const build =
    `version="${labelText(own.version)}",node="${labelText(process.versions.node)}",` +
    `transport="${labelText(own.transport)}"`
  const before = others === '' || others.endsWith('\n') ? others : `${others}\n`
  return [
    before,
    metric('ws_connections', 'gauge', 'Open WebSocket connections.', own.connections),
    metric('ws_buffered_bytes', 'gauge', 'Bytes that readers have not taken.', own.bufferedBytes),
    metric(
      'ws_dropped_messages_total',
      'counter',
      'Messages conflated for slow readers, or unsent when one was cut off.',
      own.droppedMessages,
    ),
    metric('build_info', 'gauge', 'What runs here.', 1, `{${build}}`),
  ].join('')
}

const metric = (name: string, type: string, help: string, value: number, labels = ''): string =>
  `# HELP tradsys_${name} ${help}\n# TYPE tradsys_${name} ${type}\ntradsys_${name}${labels} ${value}\n`

/** As the text format wants label values. */
const labelText = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
