/** Chooses the transport: uWebSockets.js, or `ws` where that does not load, which the log then says; or the caller's own. */
import type { Log } from './log.ts'
import type { Reception, Transport, TransportOptions } from './transport.ts'
import { loadUws, openUwsTransport } from './uws-transport.ts'
import { openWsTransport } from './ws-transport.ts'

/** Serves as soon as it resolves. */
export type OpenTransport = (options: TransportOptions, reception: Reception) => Promise<Transport>

export interface TransportChoice {
  /** `ws` only on request, or where uWebSockets.js does not load. */
  readonly wanted: 'uWebSockets.js' | 'ws' | OpenTransport
  readonly log: Log
}

/** Throws where the port cannot be had, naming the address. */
export async function openTransport(
  choice: TransportChoice,
  options: TransportOptions,
  reception: Reception,
): Promise<Transport> {
  if (typeof choice.wanted === 'function') return choice.wanted(options, reception)
  if (choice.wanted === 'ws') return openWsTransport(options, reception)
  const uws = await loadUws(choice.log)
  return uws === undefined
    ? openWsTransport(options, reception)
    : openUwsTransport(uws, options, reception)
}
