/**
 * Same log, same state: a machine that has run the log up to a command is the machine that ran it the first time.
 *
 * The hash of the live state is noted now and then, and before each crash; every later replay, from the log's start or from
 * a snapshot, must come by the same hash at the same command.
 */
export class StateBook {
  /** By shard and sequence. */
  readonly #hashes = new Map<string, string>()
  compared = 0

  note(shard: number, sequence: number, hash: string): void {
    const key = `${shard} ${sequence}`
    const known = this.#hashes.get(key)
    if (known === undefined) {
      this.#hashes.set(key, hash)
    } else if (known !== hash) {
      throw new Error(`state: shard ${shard} after command ${sequence} is ${hash}, was ${known}`)
    }
  }

  isNoted(shard: number, sequence: number): boolean {
    return this.#hashes.has(`${shard} ${sequence}`)
  }

  /** A replay has come to a command. */
  compare(shard: number, sequence: number, hash: string): void {
    this.note(shard, sequence, hash)
    this.compared++
  }

  cutTo(sequence: number): void {
    for (const key of this.#hashes.keys()) {
      if (Number(key.split(' ')[1]) > sequence) this.#hashes.delete(key)
    }
  }
}
