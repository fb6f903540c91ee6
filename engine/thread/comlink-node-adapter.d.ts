/** Comlink ships this adapter with types that its `exports` do not lead to. */
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { MessagePort, Worker } from 'node:worker_threads'
  import type { Endpoint } from 'comlink'

  const nodeEndpoint: (port: MessagePort | Worker) => Endpoint
  // biome-ignore lint/style/noDefaultExport: this is how Comlink exports it
  export default nodeEndpoint
}
