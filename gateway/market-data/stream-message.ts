/** One event of a stream, encoded once for all its readers: bare, or in the combined door's wrapper. */
export class StreamMessage {
  readonly #streamName: string
  readonly #json: string
  #bare: Buffer | undefined
  #wrapped: Buffer | undefined

  constructor(streamName: string, json: string) {
    this.#streamName = streamName
    this.#json = json
  }

  /** All of it is ASCII: stream names and symbols are, and so is everything else. */
  bytes(isCombined: boolean): Buffer {
    if (isCombined) {
      this.#wrapped ??= Buffer.from(
        `{"stream":"${this.#streamName}","data":${this.#json}}`,
        'latin1',
      )
      return this.#wrapped
    }
    this.#bare ??= Buffer.from(this.#json, 'latin1')
    return this.#bare
  }
}
