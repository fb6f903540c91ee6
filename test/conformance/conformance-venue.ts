/**
 * The exchanges that the conformance cases are played against, each a process of its own: `open` lets everybody in with paper money,
 * `listed` only who is listed, and `throttled` counts.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import type { CaseVenue } from '../../protocol/conformance/case.ts'
import { changeKeys, type Permission, type StoredKey } from '../../storage/key-file.ts'
import { Premises } from '../exchange/premises.ts'

/** What signs a Logon, and the Username that goes with it. */
export interface RunKey {
  readonly id: string
  /** One of the two. */
  readonly privateKey?: KeyObject
  readonly hmacKey?: Buffer
}

export interface PlaceToPlay {
  readonly port: number
  readonly dataDirectory: string
  /** Of session KEYED, which the configuration gives a key. */
  readonly configured: RunKey
}

/** Sessions of one account. */
const PAIRS = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `PAIR-${n}`)
/** Each an account of its own, of firm FIRM-n; COPY-n hears the account, EAR-n the firm. */
const COPIED = Array.from({ length: 12 }, (_, i) => i + 1)
const CROWD = [1, 2, 3].map((n) => `CROWD-${n}`)

const instrument = (symbol: string, phase = 'continuous'): string => `
    - symbol: ${symbol}
      base: BTC
      quote: USD
      tick: "0.01"
      lot: "0.0001"
      price: { min: "0.01", max: "10000" }
      quantity: { min: "0.0001", max: "1000" }
      notional: { min: "0.00001", max: "100000000" }
      phase: ${phase}`

/** `mineCount`: instruments M1, M2, ... that one run each trades alone. */
function configuration(venue: CaseVenue, mineCount: number, publicKeyFile: string): string {
  const throttle = `
  throttle:
    session: { messages: 3, cancels: 2 }
    account: { messages: 5, cancels: 4 }
    address: { messages: 7, cancels: 6 }
  accountSessions: 2
  arrivals: { count: 4, seconds: 30, loopback: true }`
  // Where only listed ones may log on, each needs a key.
  const others = venue === 'listed' ? [] : [...PAIRS, ...CROWD]
  const copied = venue === 'open' ? COPIED : []
  const sessions = others.map(
    (compId) => `
    - { compId: ${compId}, account: ${compId.split('-')[0]}, deposits: { USD: "1000", BTC: "10" } }`,
  )
  const copiedSessions = copied.map(
    (n) => `
    - { compId: TOLD-${n}, account: ACCOUNT-${n}, deposits: { USD: "1000", BTC: "10" } }`,
  )
  const firms = copied.map((n) => `FIRM-${n}: [ACCOUNT-${n}]`)
  const dropCopies = copied.map(
    (n) => `
    - { compId: COPY-${n}, of: { account: ACCOUNT-${n} } }
    - { compId: EAR-${n}, of: { firm: FIRM-${n} } }`,
  )
  const mine = Array.from({ length: mineCount }, (_, i) => instrument(`M${i + 1}`))
  return `
admission: ${venue === 'listed' ? 'listed' : 'paper'}
orderEntry:
  port: 0${venue === 'throttled' ? throttle : ''}
venue:
  currencies:
    - { code: BTC, decimals: 4, paperGrant: "10" }
    - { code: USD, decimals: 6, paperGrant: "100000" }
  instruments:${instrument('BTCUSD')}${instrument('LENT')}${instrument('CLOSED', 'closed')}${mine.join('')}
  sessions:
    - { compId: KEYED, account: KEYED, publicKeyFile: ${publicKeyFile} }${sessions.join('')}${copiedSessions.join('')}
  firms: { ${firms.join(', ')} }
  dropCopies: ${dropCopies.join('') || '[]'}
`
}

/** Who clears away. */
export interface AtTheEnd {
  readonly after: (end: () => Promise<void>) => void
}

/** Starts one; it ends with the test. `keys`: what stands in its key file. */
export async function placeToPlay(
  t: AtTheEnd,
  venue: CaseVenue,
  terms: { readonly mineCount: number; readonly keys: readonly StoredKey[] },
): Promise<PlaceToPlay> {
  const premises = new Premises(t)
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const pem = premises.file(
    'keyed.pem',
    publicKey.export({ type: 'spki', format: 'pem' }) as string,
  )
  const config = premises.file('tradsys.yaml', configuration(venue, terms.mineCount, pem))
  changeKeys(premises.dataDir, () => terms.keys)
  const flags = ['-q', '-c', config, '--durability', 'none']
  const { orderEntryPort: port } = await premises.start({ flags })
  return { port, dataDirectory: premises.dataDir, configured: { id: '', privateKey } }
}

/** A key for a session, as `tradsys key create` would make it, and what its owner signs with. */
export function newKey(
  session: string,
  name: string,
): { readonly stored: StoredKey; readonly own: RunKey } {
  const id = randomBytes(12).toString('base64url')
  const permission: Permission = name === 'read' || name === 'cancel' ? name : 'trade'
  const common = {
    ...{ id, session, permission },
    addresses: name === 'elsewhere' ? ['10.0.0.0/8', '2001:db8::/32'] : [],
    created: new Date().toISOString(),
    ...(name === 'revoked' ? { revoked: new Date().toISOString() } : {}),
  } as const
  if (name === 'hmac') {
    const hmacKey = createHash('sha256').update(randomBytes(32)).digest()
    const proof = hmacKey.toString('hex')
    return { stored: { ...common, kind: 'hmac-sha256', proof }, own: { id, hmacKey } }
  }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const proof = publicKey.export({ type: 'spki', format: 'pem' }) as string
  return { stored: { ...common, kind: 'ed25519', proof }, own: { id, privateKey } }
}

export function revoke(dataDirectory: string, id: string): void {
  changeKeys(dataDirectory, (keys) =>
    keys.map((key) => (key.id === id ? { ...key, revoked: new Date().toISOString() } : key)),
  )
}
