/** The other thread of the peers that call functions: Comlink's, and a worker of Piscina's pool. */
import { parentPort, workerData } from 'node:worker_threads'
import * as Comlink from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'

export interface Call {
  readonly number: number
  readonly price: number
}

export interface CalledThread {
  echo(call: Call): Call
}

export const echoCall = (call: Call): Call => call

const called: CalledThread = { echo: echoCall }

if (workerData === 'comlink') Comlink.expose(called, nodeEndpoint(parentPort!))
