/**
 *   configuration, key file ──▶ KEY RING ──▶ logon check, sessions
 *
 * Who may log on as which session, and for what. Keys are looked at anew when a second has gone by, so that one that was revoked
 * ends its sessions, and a new one is good, without a start.
 */
import { createHmac, type KeyObject, timingSafeEqual, verify } from 'node:crypto'
import { type BlockList, isIPv6 } from 'node:net'
import { plainAddress } from './peer-socket.ts'

/** Each allows what those below it do. */
export const Permission = { Read: 1, Cancel: 2, Trade: 3 } as const

export interface Credential {
  /** '' for the one that the configuration gives a session. */
  readonly id: string
  readonly session: string
  /** Of Permission. */
  readonly permission: number
  /** One of the two: what a signature is checked by. */
  readonly publicKey?: KeyObject
  readonly hmacKey?: Buffer
  /** Where it may come from; without: from anywhere. */
  readonly addresses?: BlockList
}

/** Where keys are kept. */
export interface KeySource {
  /** Changes when the keys do; cheap. */
  stamp(): string
  read(): readonly Credential[]
}

const LOOK_MS = 1_000

export class KeyRing {
  /** Counts up when the keys have changed. */
  version = 0
  readonly #source: KeySource
  readonly #onFailure: (error: Error) => void
  #credentials = new Map<string, Credential>()
  #sessions = new Set<string>()
  #stamp = ''
  #lookedMs = Number.NEGATIVE_INFINITY

  /** `onFailure`: the keys cannot be read now; those of before stay good. Throws where they cannot be read at first. */
  constructor(source: KeySource, onFailure: (error: Error) => void) {
    this.#source = source
    this.#onFailure = onFailure
    this.#take()
  }

  /** The key of this id, if it is this session's. */
  find(session: string, id: string): Credential | undefined {
    const credential = this.#credentials.get(id === '' ? `session ${session}` : `key ${id}`)
    return credential?.session === session ? credential : undefined
  }

  /** Whether a session has keys: then nobody logs on as it without one. */
  hasSession(session: string): boolean {
    return this.#sessions.has(session)
  }

  /** Looks whether the keys have changed. */
  refresh(nowMs: number): void {
    if (nowMs - this.#lookedMs < LOOK_MS) return
    this.#lookedMs = nowMs
    try {
      if (this.#source.stamp() !== this.#stamp) this.#take()
    } catch (error) {
      this.#onFailure(error as Error)
    }
  }

  #take(): void {
    // The stamp first: what is written in between is seen the next time.
    const stamp = this.#source.stamp()
    const all = this.#source.read()
    this.#credentials = new Map(
      all.map((one) => [one.id === '' ? `session ${one.session}` : `key ${one.id}`, one]),
    )
    this.#sessions = new Set(all.map(({ session }) => session))
    this.#stamp = stamp
    this.version++
  }
}

export function mayComeFrom({ addresses }: Credential, address: string): boolean {
  if (addresses === undefined) return true
  const plain = plainAddress(address)
  return addresses.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}

/** Whether `signature` is that of `text` by this key. Takes as long for every kind of key, and for none. */
export function isSigned(
  credential: Credential | undefined,
  text: Buffer,
  signature: Buffer,
  nobody: { readonly publicKey: KeyObject; readonly hmacKey: Buffer },
): boolean {
  const byKey = verify(null, text, credential?.publicKey ?? nobody.publicKey, signature)
  const hmac = createHmac('sha256', credential?.hmacKey ?? nobody.hmacKey)
    .update(text)
    .digest()
  const isLong = signature.length === hmac.length
  const byHmac = timingSafeEqual(hmac, isLong ? signature : hmac) && isLong
  if (credential === undefined) return false
  return credential.publicKey === undefined ? byHmac : byKey
}
