/** Orders open, closed, renamed and forgotten, against lists; and what ids hash to. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashClientId, OrderRegistry } from '../../actors/order-registry.ts'
import { CUM, LEAVES, MARKET, NIL, ORDER_QTY, OrderStore, STATE } from '../../actors/order-store.ts'
import { OrdStatus } from '../../protocol/codecs.ts'
import { writeText } from '../../protocol/text.ts'
import { seeded } from './seeded.ts'

const ID_BYTES = 36
const ACCOUNTS = 3
/** Order ids begin so close to the end of 32 bits that they cross it. */
const FIRST_ORDER_ID = 2 ** 32 - 1_000

interface Known {
  readonly id: string
  readonly account: number
  readonly orderId: number
  /** RETIRED, or the status that the order ended with; open: New. */
  readonly status: number
}

class RegistryRun {
  readonly #store = new OrderStore()
  readonly #orders: OrderRegistry
  readonly #random: (bound: number) => number
  readonly #closedMax: number
  readonly #open: Known[] = []
  readonly #closed: (Known & { readonly isRetired: boolean })[] = []
  readonly #forgotten: Known[] = []
  readonly #view = new DataView(new ArrayBuffer(ID_BYTES))
  #count = 0

  constructor(closedIdsMax: number, seed: number) {
    this.#closedMax = closedIdsMax
    this.#random = seeded(seed)
    this.#orders = new OrderRegistry(this.#store, { ordersMax: 1_000, closedIdsMax })
  }

  step(): void {
    const kind = this.#random(10)
    const index = this.#random(this.#open.length)
    if (this.#open.length < 5 || (kind < 4 && this.#open.length < 400)) this.#enter()
    else if (kind < 8) this.#close(index)
    else this.#rename(index)
  }

  check(): void {
    assert.equal(this.#orders.audit(this.#open.length), undefined)
    for (const known of this.#open) {
      const slot = this.#find(known)
      assert.ok(slot > NIL && this.#orders.isOpen(slot), known.id)
      assert.equal(this.#orders.findByOrderId(known.orderId), slot)
      this.#same(slot, known)
    }
    for (const known of this.#closed) {
      const named = this.#find(known)
      assert.ok(named < NIL && !this.#orders.isOpen(named), known.id)
      const order = this.#orders.orderOf(named)
      assert.equal(this.#orders.orderIdOf(order), known.orderId, known.id)
      if (!known.isRetired) this.#same(named, known)
      if (!known.isRetired) assert.equal(this.#orders.findByOrderId(known.orderId), named)
    }
    for (const known of this.#forgotten.slice(-50)) assert.equal(this.#find(known), NIL, known.id)
  }

  #same(order: number, known: Known): void {
    assert.equal(this.#orders.orderIdOf(order), known.orderId)
    assert.equal(this.#orders.statusOf(order), known.status)
    assert.equal(this.#orders.accountOf(order), known.account)
    assert.equal(this.#orders.marketOf(order), marketOf(known.orderId))
    writeText(this.#view, 0, ID_BYTES, known.id)
    assert.ok(this.#orders.idEquals(order, this.#view, 0))
  }

  #find({ id, account }: Known): number {
    const hash = this.#write(id, account)
    return this.#orders.findByClientId(account, this.#view, 0, hash)
  }

  #enter(): void {
    const orderId = FIRST_ORDER_ID + this.#count++
    const known = { id: `o${this.#count}`, account: 1 + this.#random(ACCOUNTS), orderId }
    const store = this.#store
    const slot = store.allocate()
    for (const field of [CUM, LEAVES, ORDER_QTY]) store.set(slot, field, 1)
    store.set(slot, STATE, OrdStatus.New)
    store.set(slot, MARKET, marketOf(orderId))
    store.setOrderId(slot, orderId)
    const hash = this.#write(known.id, known.account)
    this.#orders.open(slot, known.account, this.#view, 0, hash)
    this.#open.push({ ...known, status: OrdStatus.New })
  }

  #close(index: number): void {
    const known = this.#open.splice(index, 1)[0]!
    const slot = this.#find(known)
    const status = this.#random(2) === 0 ? OrdStatus.Filled : OrdStatus.Canceled
    this.#store.set(slot, STATE, status)
    this.#orders.close(slot)
    this.#remember({ ...known, status }, false)
  }

  #rename(index: number): void {
    const known = this.#open[index]!
    const slot = this.#find(known)
    const id = `r${this.#count++}`
    const hash = this.#write(id, known.account)
    const retired = this.#orders.rename(slot, this.#view, 0, hash)
    this.#open[index] = { ...known, id }
    this.#remember(known, true)
    assert.equal(this.#orders.closed.orderId(retired), known.orderId)
  }

  #remember(known: Known, isRetired: boolean): void {
    if (this.#closed.length === this.#closedMax) this.#forgotten.push(this.#closed.shift()!)
    this.#closed.push({ ...known, isRetired })
  }

  #write(id: string, account: number): number {
    writeText(this.#view, 0, ID_BYTES, id)
    return hashClientId(account, this.#view, 0)
  }
}

const marketOf = (orderId: number): number => 1 + (orderId % 5)

for (const closedIdsMax of [1, 2, 3, 7, 64, 1_000, 1_024, 1_500]) {
  test(`order registry: as lists, with the last ${closedIdsMax} closed ids known`, () => {
    const run = new RegistryRun(closedIdsMax, closedIdsMax)
    for (let i = 1; i <= 8_000; i++) {
      run.step()
      if (i % 500 === 0) run.check()
    }
  })
}

test('order registry: limits that it cannot hold are refused', () => {
  const limits = { ordersMax: 1, closedIdsMax: 0 }
  assert.throws(() => new OrderRegistry(new OrderStore(), limits), /0 closed ids: at least one/)
})

test('order registry: ids that differ anywhere have hashes that differ, nearly always', () => {
  const view = new DataView(new ArrayBuffer(ID_BYTES))
  const hashOf = (id: string, account = 1): number => {
    writeText(view, 0, ID_BYTES, id)
    return hashClientId(account, view, 0)
  }
  const COUNT = 50_000
  const digits = (i: number): string[] => [...String(i).padStart(8, '0')]
  const kinds: Readonly<Record<string, (i: number) => string>> = {
    counters: (i) => `n${i}`,
    times: (i) => `${1_760_000_000_000_000 + 137 * i}`,
    padded: (i) => String(i).padStart(20, '0'),
    'every fourth character': (i) =>
      digits(i)
        .map((digit) => `abc${digit}`)
        .join(''),
    'every fourth, from the first': (i) =>
      digits(i)
        .map((digit) => `${digit}=id`)
        .join(''),
    hex: (i) => (i * 2_654_435_761).toString(16),
  }
  for (const [kind, idOf] of Object.entries(kinds)) {
    const hashes = new Set(Array.from({ length: COUNT }, (_, i) => hashOf(idOf(i))))
    // Of 50,000 hashes of 32 bits that are drawn by chance, less than one meets another.
    assert.ok(hashes.size > 0.99 * COUNT, `${kind}: ${hashes.size} of ${COUNT}`)
  }
  assert.notEqual(hashOf('a', 1), hashOf('a', 2))
})
