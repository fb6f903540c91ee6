/** A module that starts a system wherever it is loaded: each of its threads would do so again. */
import { ActorSystem } from '../../../engine/system/actor-system.ts'
import { sink } from './system-actors.ts'

export { sink }

await ActorSystem.start({
  ...{ from: import.meta.url, behaviors: { sink }, threads: [{ name: 'one' }, { name: 'two' }] },
})
