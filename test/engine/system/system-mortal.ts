/** A process for tests: starts a system, stops it, and is to end by itself. The first argument says how it lives. */

import { onThread } from '../../../engine/actor/placement.ts'
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import { BEHAVIORS, FROM, workers } from './live-system.ts'
import { Trouble, trouble } from './system-actors.ts'
import { Squares } from './system-pool-tasks.ts'

const [how, directory = ''] = process.argv.slice(2)
const options = {
  ...{ from: FROM, behaviors: BEHAVIORS, threads: workers(2) },
  onFailure: (error: unknown) => console.error(String(error)),
  onEvent: () => undefined,
}

if (how === 'failed-start') {
  // A second thread that cannot be, while the first is there already.
  const from = new URL('./no-such-module.js', import.meta.url)
  await ActorSystem.start({ ...options, from }).then(
    () => console.log('it started'),
    () => console.log('stopped'),
  )
} else {
  const system = await ActorSystem.start({
    ...options,
    ...(how === 'status' ? { status: { port: 0 } } : {}),
    ...(how === 'journal' ? { journal: { directory, shards: 1 } } : {}),
  })
  if (how === 'pool') {
    const from = new URL('./system-pool-tasks.js', import.meta.url)
    const pool = system.spawnPool(Squares, 'squares', { from, threads: 1 })
    await system.ask(pool, Squares.Of, { number: 3 })
  }
  if (how === 'thread-dies') {
    const mortal = await system.spawn(trouble, 'mortal', { on: onThread('worker-1') })
    system.tell(mortal, Trouble.ThrowLater, {})
    // Its successor is on its way.
    await new Promise((resolve) => setTimeout(resolve, 60))
  }
  await system.stop()
  console.log('stopped')
}
