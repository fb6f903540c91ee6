/** The account actor by itself: fees, withdrawals, and that no unit is made or lost. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AccountActor } from '../../actors/account-actor.ts'
import { CURRENCIES_MAX } from '../../actors/currency-table.ts'
import { Reason } from '../../protocol/codecs.ts'
import { seeded } from './seeded.ts'

const USD = 1
const BTC = 2
const [ALICE, BOB] = [1, 2]

/** Accounts named 1 … count, each with so much of both currencies. */
function opened(count: number, units: number, depositsMax = 1_000): AccountActor {
  const accounts = new AccountActor({ accountsMax: count, depositsMax })
  const name = new DataView(new ArrayBuffer(16))
  for (let account = 1; account <= count; account++) {
    name.setInt32(0, account, true)
    assert.equal(accounts.open(name, 0), account)
    for (const currency of [USD, BTC]) accounts.credit(account, currency, units)
  }
  return accounts
}

const money = (accounts: AccountActor, account: number): string =>
  [USD, BTC].map((c) => `${accounts.free(account, c)}+${accounts.held(account, c)}`).join(' ')

/** Breaches, if what is held is what `held` says: of each account and currency. */
function audited(accounts: AccountActor, held: readonly (readonly number[])[] = []): unknown {
  const expected = new Float64Array((accounts.names.count + 1) * CURRENCIES_MAX)
  for (const [account = 0, currency = 0, units = 0] of held) {
    expected[account * CURRENCIES_MAX + currency] = units
  }
  return accounts.audit(BTC, expected)
}

test('account: a fill settles both legs and both fees at once', () => {
  const accounts = opened(2, 1_000)
  accounts.hold(ALICE, USD, 612)
  accounts.hold(BOB, BTC, 6)
  accounts.settle(ALICE, BOB, USD, BTC, 612, 500, 6, 5, 10)
  assert.equal(money(accounts, ALICE), '495+0 1006+0')
  assert.equal(money(accounts, BOB), '1490+0 994+0')
  assert.deepEqual([accounts.fees(USD), accounts.fees(BTC)], [15, 0])
  assert.equal(audited(accounts), undefined)
})

test('account: who trades with itself pays the fees of both sides and nothing else', () => {
  const accounts = opened(1, 1_000)
  accounts.hold(ALICE, USD, 612)
  accounts.hold(ALICE, BTC, 6)
  accounts.settle(ALICE, ALICE, USD, BTC, 612, 500, 6, 5, 10)
  assert.equal(money(accounts, ALICE), '985+0 1000+0')
  assert.equal(audited(accounts), undefined)
})

test('account: what was not held, or what a seller does not get, stops a fill', () => {
  const accounts = opened(2, 1_000)
  accounts.hold(ALICE, USD, 505)
  accounts.hold(BOB, BTC, 6)
  const before = [money(accounts, ALICE), money(accounts, BOB), accounts.fees(USD)]
  assert.throws(() => accounts.settle(ALICE, BOB, USD, BTC, 505, 500, 6, 6, 0))
  assert.throws(() => accounts.settle(ALICE, BOB, USD, BTC, 505, 500, 6, 5, 501))
  assert.deepEqual([money(accounts, ALICE), money(accounts, BOB), accounts.fees(USD)], before)
  assert.throws(() => accounts.settle(ALICE, BOB, USD, BTC, 506, 500, 6, 5, 0))
  assert.throws(() => accounts.settle(ALICE, BOB, USD, BTC, 505, 500, 7, 5, 0))
  assert.deepEqual([money(accounts, ALICE), money(accounts, BOB), accounts.fees(USD)], before)
  accounts.settle(ALICE, BOB, USD, BTC, 505, 500, 6, 5, 500)
  assert.equal(money(accounts, ALICE), '495+0 1006+0')
  assert.equal(audited(accounts), undefined)
})

test('account: a unit that is held and that no order holds is found', () => {
  const accounts = opened(2, 1_000)
  accounts.hold(ALICE, USD, 600)
  accounts.hold(BOB, BTC, 6)
  accounts.pay(ALICE, BOB, USD, 599, 500)
  assert.match(String(audited(accounts, [[BOB, BTC, 6]])), /held 1, open orders hold 0/)
  assert.equal(
    audited(accounts, [
      [BOB, BTC, 6],
      [ALICE, USD, 1],
    ]),
    undefined,
  )
})

test('account: a withdrawal takes free money, to the last unit and no further', () => {
  for (const [units, reason, left] of [
    [399, Reason.None, '1+600 1000+0'],
    [400, Reason.None, '0+600 1000+0'],
    [401, Reason.InsufficientFunds, '400+600 1000+0'],
    [0, Reason.InvalidDefinition, '400+600 1000+0'],
    [-1, Reason.InvalidDefinition, '400+600 1000+0'],
    [0.5, Reason.InvalidDefinition, '400+600 1000+0'],
  ] as const) {
    const accounts = opened(1, 1_000)
    accounts.hold(ALICE, USD, 600)
    assert.equal(accounts.withdraw(ALICE, USD, units, 'w'), reason, String(units))
    assert.equal(money(accounts, ALICE), left)
    assert.equal(accounts.supply(USD), reason === Reason.None ? 1_000 - units : 1_000)
    assert.equal(audited(accounts, [[ALICE, USD, 600]]), undefined)
  }
})

test('account: a withdrawal is booked once for its reference', () => {
  const accounts = opened(2, 1_000)
  assert.equal(accounts.deposit(ALICE, USD, 50, 'a'), Reason.None)
  assert.equal(accounts.withdraw(ALICE, USD, 50, 'a'), Reason.DuplicateReference)
  assert.equal(accounts.withdraw(ALICE, USD, 50, 'b'), Reason.None)
  assert.equal(accounts.withdraw(ALICE, USD, 50, 'b'), Reason.None, 'said again')
  assert.equal(accounts.withdraw(ALICE, USD, 51, 'b'), Reason.DuplicateReference)
  assert.equal(accounts.withdraw(ALICE, BTC, 50, 'b'), Reason.DuplicateReference)
  assert.equal(accounts.deposit(ALICE, USD, 50, 'b'), Reason.DuplicateReference)
  assert.equal(accounts.withdraw(ALICE, USD, 50, ''), Reason.InvalidDefinition)
  assert.equal(accounts.withdraw(BOB, USD, 50, 'b'), Reason.None, 'references are an account’s own')
  assert.equal(money(accounts, ALICE), '1000+0 1000+0')
  assert.equal(accounts.withdraw(ALICE, USD, 1_001, 'c'), Reason.InsufficientFunds)
  assert.equal(accounts.deposit(ALICE, USD, 1, 'd'), Reason.None)
  assert.equal(accounts.withdraw(ALICE, USD, 1_001, 'c'), Reason.None, 'refused is not booked')
})

test('account: references are bounded, whatever they book', () => {
  const accounts = opened(1, 1_000, 2)
  assert.equal(accounts.deposit(ALICE, USD, 1, 'a'), Reason.None)
  assert.equal(accounts.withdraw(ALICE, USD, 1, 'b'), Reason.None)
  assert.equal(accounts.withdraw(ALICE, USD, 1, 'c'), Reason.TableFull)
  assert.equal(accounts.withdraw(ALICE, USD, 1, 'b'), Reason.None)
})

test('account: the venue collects its fees, once for a reference', () => {
  const accounts = opened(2, 1_000)
  accounts.hold(ALICE, USD, 510)
  accounts.hold(BOB, BTC, 1)
  accounts.settle(ALICE, BOB, USD, BTC, 510, 500, 1, 10, 10)
  assert.equal(accounts.collectFees(BOB, USD, 21, 'f'), Reason.InsufficientFunds)
  assert.equal(accounts.collectFees(BOB, BTC, 1, 'f'), Reason.InsufficientFunds)
  assert.equal(accounts.collectFees(BOB, USD, 15, 'f'), Reason.None)
  assert.equal(accounts.collectFees(BOB, USD, 15, 'f'), Reason.None, 'said again')
  assert.equal(accounts.deposit(BOB, USD, 15, 'f'), Reason.DuplicateReference)
  assert.equal(accounts.fees(USD), 5)
  assert.equal(money(accounts, BOB), '1505+0 999+0')
  assert.equal(audited(accounts), undefined)
})

test('account: seeded deposits, withdrawals, holds and fills against a plain ledger', () => {
  const ACCOUNTS = 6
  const random = seeded(7)
  const accounts = opened(ACCOUNTS, 0, 100_000)
  const ledger = new Map<string, number>()
  const add = (key: string, units: number) => ledger.set(key, (ledger.get(key) ?? 0) + units)
  const at = (key: string) => ledger.get(key) ?? 0
  for (let i = 0; i < 40_000; i++) {
    const account = 1 + random(ACCOUNTS)
    const other = 1 + random(ACCOUNTS)
    const currency = random(2) === 0 ? USD : BTC
    const units = 1 + random(10_000)
    const free = `free ${account} ${currency}`
    const kind = random(5)
    if (kind === 0) {
      assert.equal(accounts.deposit(account, currency, units, `${i}`), Reason.None)
      add(free, units)
    } else if (kind === 1) {
      const isThere = at(free) >= units
      const reason = accounts.withdraw(account, currency, units, `${i}`)
      assert.equal(reason, isThere ? Reason.None : Reason.InsufficientFunds)
      if (isThere) add(free, -units)
    } else if (kind === 2) {
      if (!accounts.hold(account, currency, units)) continue
      add(free, -units)
      add(`held ${account} ${currency}`, units)
    } else if (kind === 3) {
      const back = Math.min(units, at(`held ${account} ${currency}`))
      accounts.release(account, currency, back)
      add(`held ${account} ${currency}`, -back)
      add(free, back)
    } else {
      const held = Math.min(units, at(`held ${account} ${USD}`))
      const base = Math.min(1 + random(1_000), at(`held ${other} ${BTC}`))
      const buyerFee = Math.floor(held / 12)
      const paid = Math.max(held - buyerFee - random(3), 0)
      const sellerFee = Math.floor(paid / 10)
      accounts.settle(account, other, USD, BTC, held, paid, base, buyerFee, sellerFee)
      add(`held ${account} ${USD}`, -held)
      add(`free ${account} ${USD}`, held - paid - buyerFee)
      add(`free ${account} ${BTC}`, base)
      add(`held ${other} ${BTC}`, -base)
      add(`free ${other} ${USD}`, paid - sellerFee)
      add(`fees ${USD}`, buyerFee + sellerFee)
    }
    if (i % 16 !== 0) continue
    const held: number[][] = []
    for (let a = 1; a <= ACCOUNTS; a++) {
      for (const c of [USD, BTC]) {
        held.push([a, c, at(`held ${a} ${c}`)])
        assert.equal(accounts.free(a, c), at(`free ${a} ${c}`), `step ${i}, account ${a}`)
      }
    }
    assert.equal(accounts.fees(USD), at(`fees ${USD}`))
    assert.equal(audited(accounts, held), undefined, `step ${i}`)
  }
  assert.ok(accounts.fees(USD) > 0)
})
