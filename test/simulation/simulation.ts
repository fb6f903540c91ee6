/** One seed of the simulation: TigerBeetle's VOPR and FoundationDB's simulator are its models. Start reading in story.ts. */
import { ShardedWorld } from './sharded-world.ts'
import { SimulationFailed, type SimulationFigures } from './simulation-result.ts'
import { type SimulationOptions, Story } from './story.ts'
import { VenueWorld } from './venue-world.ts'

/** One seed in so many is of two shards. */
const SHARDED_EVERY = 5

/** Throws SimulationFailed: what was broken, and the command that does it again. */
export async function simulate(options: SimulationOptions): Promise<SimulationFigures> {
  const { seed, turns, shards = seed % SHARDED_EVERY === 0 ? 2 : 1 } = options
  const story = new Story(options, shards)
  try {
    return await story.run(shards === 1 ? new VenueWorld(story) : new ShardedWorld(story))
  } catch (cause) {
    const more = [
      turns === undefined ? '' : ` --turns ${turns}`,
      options.shards === undefined ? '' : ` --shards ${options.shards}`,
    ].join('')
    const command = `npm run simulate -- --seed ${seed}${more}`
    throw new SimulationFailed(seed, story.turn, { cause, command })
  }
}
