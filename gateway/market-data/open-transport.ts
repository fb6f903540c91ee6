/** Chooses the transport: uWebSockets.js, or `ws` where that does not load, which the log then says. */
import type { Log } from './log.ts'
import type { Reception, Transport, TransportOptions } from './transport.ts'
import { loadUws, openUwsTransport } from './uws-transport.ts'
import { openWsTransport } from './ws-transport.ts'

export interface TransportChoice {
  /** `ws` only on request, or where uWebSockets.js does not load. */
  readonly wanted: 'uWebSockets.js' | 'ws'
  readonly log: Log
}

/** Throws where the port cannot be had, naming the address. */
export async function openTransport(
  choice: TransportChoice,
  options: TransportOptions,
  reception: Reception,
): Promise<Transport> {
  if (choice.wanted === 'ws') return openWsTransport(options, reception)
  const uws = await loadUws(choice.log)
  return uws === undefined
    ? openWsTransport(options, reception)
    : openUwsTransport(uws, options, reception)
}
