/**
 * An exchange gives its own OrderIDs. Here is which of them an order of the log has there, while it is open: a request of the log that
 * names an order by OrderID alone means that one. In the log an order's id follows from the sequence of
 * the command that entered it (actors/order-id.ts).
 */
export class OrderIds {
  /** `CompID/ClOrdID` of entries that are not answered ──▶ their OrderID in the log. */
  readonly #entered = new Map<string, number>()
  readonly #thereByLogged = new Map<number, number>()
  readonly #loggedByThere = new Map<number, number>()

  /** Undefined: no such order is open there. */
  there(loggedId: number): number | undefined {
    return this.#thereByLogged.get(loggedId)
  }

  entered(compId: string, clOrdId: string, loggedId: number): void {
    this.#entered.set(`${compId}/${clOrdId}`, loggedId)
  }

  accepted(compId: string, clOrdId: string, orderId: number): void {
    const key = `${compId}/${clOrdId}`
    const loggedId = this.#entered.get(key)
    if (loggedId === undefined) return
    this.#entered.delete(key)
    this.#thereByLogged.set(loggedId, orderId)
    this.#loggedByThere.set(orderId, loggedId)
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
