/**
 * Peers of `bench actor --vs`, each doing what the figure of ours that it is held against does: nact, an actor library on one thread;
 * Comlink and Piscina, calls to another thread by promises; Erlang, whose processes the word comes from.
 */
import { Worker } from 'node:worker_threads'
import * as Comlink from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import { Piscina } from 'piscina'
import type { Meaning, Values } from '../fresh-figures.ts'
import type { ActorBench } from './actor-benches.ts'
import { timeCalls } from './ask.ts'
import { type Call, type CalledThread, echoCall } from './peer-called.ts'
import { runErlang } from './peer-erlang.ts'
import { nactAsk, nactTell } from './peer-nact.ts'

const PER_SECOND: Meaning = { unit: 'msgs/s', better: 'more' }
const RTT: Readonly<Record<string, Meaning>> = { rtt_us: { unit: 'us', better: 'less' } }

const CALLED = new URL('./peer-called.js', import.meta.url)

const callOf = (number: number): Call => ({ number, price: number })

async function askByComlink(seconds: number): Promise<Values> {
  const worker = new Worker(CALLED, { workerData: 'comlink' })
  const thread = Comlink.wrap<CalledThread>(nodeEndpoint(worker))
  const medianUs = await timeCalls(seconds, (number) => thread.echo(callOf(number)))
  await worker.terminate()
  return { rtt_us: [medianUs] }
}

async function askByPiscina(seconds: number): Promise<Values> {
  const pool = new Piscina({ filename: CALLED.href, minThreads: 1, maxThreads: 1 })
  const name = echoCall.name
  const medianUs = await timeCalls(seconds, (number) => pool.run(callOf(number), { name }))
  await pool.destroy()
  return { rtt_us: [medianUs] }
}

export const COMLINK: ActorBench = {
  ...{ name: 'Comlink', prefix: 'peer.comlink', figures: RTT },
  run: askByComlink,
}

export const PISCINA: ActorBench = {
  ...{ name: 'Piscina', prefix: 'peer.piscina', figures: RTT },
  run: askByPiscina,
}

export const NACT: readonly ActorBench[] = [
  {
    ...{ name: 'nact tell', prefix: 'peer.nact.tell', run: nactTell },
    figures: { msgs_per_s: PER_SECOND },
  },
  { ...{ name: 'nact ask', prefix: 'peer.nact.ask', figures: RTT }, run: nactAsk },
]

export const ERLANG: readonly ActorBench[] = [
  {
    ...{ name: 'Erlang fan-in', prefix: 'peer.erlang.fan_in' },
    figures: { msgs_per_s: PER_SECOND },
    run: async (seconds) => ({ msgs_per_s: [await runErlang('fan_in', seconds)] }),
  },
  {
    ...{ name: 'Erlang ping-pong', prefix: 'peer.erlang.ping_pong', figures: RTT },
    run: async (seconds) => ({ rtt_us: [await runErlang('ping_pong', seconds)] }),
  },
]
