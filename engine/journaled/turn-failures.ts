/** What a turn of a shard fails of, other than its actors' own doing. */

/** Messages in one turn. More is a circle of actors that never comes to rest. */
export const TURN_MESSAGES_MAX = 1_000_000

/** In the place of what would happen again. */
export class ThreadDied extends Error {
  override readonly name = 'ThreadDied'

  constructor() {
    super('the thread died of it, again and again')
  }
}

export const endless = (): Error =>
  new Error(`a turn of ${TURN_MESSAGES_MAX} messages: does a circle of actors never come to rest?`)
