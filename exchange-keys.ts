/** The keys of configuration and key file ──▶ what order entry asks. */
import { createPublicKey } from 'node:crypto'
import { BlockList, isIPv6 } from 'node:net'
import { type Credential, type KeySource, Permission } from './gateway/order-entry/key-ring.ts'
import { keyFileStamp, readKeys, type StoredKey } from './storage/key-file.ts'

const PERMISSIONS = {
  read: Permission.Read,
  cancel: Permission.Cancel,
  trade: Permission.Trade,
} as const

/** `configured`: Ed25519 public keys (PEM) by CompID; they may do everything, and stay. */
export function exchangeKeys(
  configured: Readonly<Record<string, string>>,
  dataDirectory: string,
): KeySource {
  const own = Object.entries(configured).map(
    ([session, pem]): Credential => ({
      ...{ id: '', session, permission: Permission.Trade },
      publicKey: createPublicKey(pem),
    }),
  )
  return {
    stamp: () => keyFileStamp(dataDirectory),
    read: () => [...own, ...readKeys(dataDirectory).filter(isGood).map(credentialOf)],
  }
}

const isGood = ({ revoked }: StoredKey): boolean => revoked === undefined

function credentialOf({ id, session, kind, proof, permission, addresses }: StoredKey): Credential {
  return {
    ...{ id, session, permission: PERMISSIONS[permission] },
    ...(kind === 'ed25519'
      ? { publicKey: createPublicKey(proof) }
      : { hmacKey: Buffer.from(proof, 'hex') }),
    ...(addresses.length === 0 ? {} : { addresses: blockList(addresses) }),
  }
}

function blockList(addresses: readonly string[]): BlockList {
  const list = new BlockList()
  for (const text of addresses) {
    const [net = '', bits] = text.split('/')
    const family = isIPv6(net) ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(net, family)
    else list.addSubnet(net, Number(bits), family)
  }
  return list
}
