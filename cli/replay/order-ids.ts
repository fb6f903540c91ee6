/**
 * An exchange gives its own OrderIDs. Here is which of them an order of the log has there, while it is open: a request of the log that
 * names an order by OrderID alone means that one. In the log an order's id is the sequence of the command that entered it.
 */
export class OrderIds {
  /** `CompID/ClOrdID` of entries that are not answered ──▶ their sequence in the log. */
  readonly #entered = new Map<string, number>()
  readonly #thereByLogged = new Map<number, number>()
  readonly #loggedByThere = new Map<number, number>()

  /** Undefined: no such order is open there. */
  there(loggedId: number): number | undefined {
    return this.#thereByLogged.get(loggedId)
  }

  entered(compId: string, clOrdId: string, sequence: number): void {
    this.#entered.set(`${compId}/${clOrdId}`, sequence)
  }

  accepted(compId: string, clOrdId: string, orderId: number): void {
    const key = `${compId}/${clOrdId}`
    const sequence = this.#entered.get(key)
    if (sequence === undefined) return
    this.#entered.delete(key)
    this.#thereByLogged.set(sequence, orderId)
    this.#loggedByThere.set(orderId, sequence)
  }

  refused(compId: string, clOrdId: string): void {
    this.#entered.delete(`${compId}/${clOrdId}`)
  }

  ended(orderId: number): void {
    const logged = this.#loggedByThere.get(orderId)
    if (logged === undefined) return
    this.#loggedByThere.delete(orderId)
    this.#thereByLogged.delete(logged)
  }
}
