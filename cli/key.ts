/** `tradsys key`: makes, lists and revokes the keys of a data directory. A running exchange knows of it within a second. */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { isIP, isIPv6 } from 'node:net'
import {
  changeKeys,
  KEY_KINDS,
  type KeyKind,
  PERMISSIONS,
  readKeys,
  type StoredKey,
} from '../storage/key-file.ts'
import { CliError, ExitCode } from './cli-error.ts'
import { print } from './line-writer.ts'

export interface KeyCreateFlags {
  readonly dataDir: string
  readonly session: string
  readonly kind: string
  readonly permission: string
  readonly address: readonly string[]
  readonly publicKey?: string
  readonly out?: string
  readonly json?: boolean
}

/** Of 16 characters, as a CompID. */
const ID_BYTES = 12
const SECRET_BYTES = 32

export async function createKey(flags: KeyCreateFlags): Promise<void> {
  const kind = oneOf('kind', flags.kind, KEY_KINDS)
  const permission = oneOf('permission', flags.permission, PERMISSIONS)
  if (!/^[A-Za-z0-9_-]{1,16}$/.test(flags.session)) {
    throw usage(`--session ${flags.session} is no CompID`, 'Give it 1-16 of A-Z a-z 0-9 _ -')
  }
  for (const address of flags.address) checkAddress(address)
  const id = randomBytes(ID_BYTES).toString('base64url')
  const { proof, secret } = newProof(kind, flags)
  const key: StoredKey = {
    ...{ id, session: flags.session, kind, proof, permission, addresses: flags.address },
    created: new Date().toISOString(),
  }
  if (secret !== undefined && flags.out !== undefined) {
    writeFileSync(flags.out, secret, { mode: 0o600, flag: 'wx' })
  }
  changeKeys(flags.dataDir, (keys) => [...keys, key])
  const told = secret === undefined || flags.out !== undefined ? undefined : secret
  if (flags.json) return print(JSON.stringify({ ...publicFacts(key), secret: told }))
  await print(`key ${id} of ${key.session}, ${kind}, may ${permission}`)
  if (told !== undefined) await print(`its secret, which is shown this once:\n${told.trimEnd()}`)
}

export async function listKeys(flags: { dataDir: string; json?: boolean }): Promise<void> {
  const keys = readKeys(flags.dataDir)
  if (flags.json) return print(JSON.stringify(keys.map(publicFacts)))
  if (keys.length === 0) return print('no keys')
  for (const { id, session, kind, permission, addresses, created, revoked } of keys) {
    const from = addresses.length === 0 ? 'anywhere' : addresses.join(', ')
    const state = revoked === undefined ? `since ${created}` : `revoked ${revoked}`
    await print(`${id}  ${session}  ${kind}  ${permission}  from ${from}  ${state}`)
  }
}

export async function revokeKey(
  id: string,
  flags: { dataDir: string; json?: boolean },
): Promise<void> {
  const found: { key?: StoredKey } = {}
  changeKeys(flags.dataDir, (keys) =>
    keys.map((key) => {
      if (key.id !== id) return key
      found.key = { ...key, revoked: key.revoked ?? new Date().toISOString() }
      return found.key
    }),
  )
  if (found.key === undefined) {
    throw new CliError('key-unknown', ExitCode.Usage, {
      what: `there is no key ${id} in ${flags.dataDir}`,
      mend: 'tradsys key list names those that are',
    })
  }
  if (flags.json) return print(JSON.stringify(publicFacts(found.key)))
  await print(`key ${id} of ${found.key.session} is revoked`)
}

/** A proof by which signatures are checked, and what its owner signs with where that was made here. */
function newProof(kind: KeyKind, flags: KeyCreateFlags): { proof: string; secret?: string } {
  if (kind === 'hmac-sha256') {
    if (flags.publicKey !== undefined) {
      throw usage('--public-key goes with ed25519', 'Leave it out: a secret is made')
    }
    const secret = randomBytes(SECRET_BYTES).toString('base64url')
    return { secret, proof: createHash('sha256').update(secret, 'utf8').digest('hex') }
  }
  if (flags.publicKey !== undefined) return { proof: publicKeyOf(flags.publicKey) }
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    proof: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    secret: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  }
}

function publicKeyOf(file: string): string {
  const pem = publicPem(file)
  if (pem !== undefined) return pem
  throw usage(
    `--public-key ${file} is no Ed25519 public key in PEM`,
    'Make one: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout',
  )
}

function publicPem(file: string): string | undefined {
  try {
    const key = createPublicKey(readFileSync(file, 'utf8'))
    if (key.asymmetricKeyType !== 'ed25519') return undefined
    return key.export({ type: 'spki', format: 'pem' }) as string
  } catch {
    return undefined // whichever way it is none
  }
}

function checkAddress(text: string): void {
  const [net = '', bits] = text.split('/')
  const most = isIPv6(net) ? 128 : 32
  const areBits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
  if (isIP(net) !== 0 && areBits) return
  throw usage(`--address ${text} is no address`, 'Give it an IP address or a CIDR block')
}

/** Without the proof: who reads a list needs none. */
const publicFacts = ({ proof: _, ...facts }: StoredKey): Omit<StoredKey, 'proof'> => facts

function oneOf<T extends string>(name: string, value: string, all: readonly T[]): T {
  const found = all.find((one) => one === value)
  if (found !== undefined) return found
  throw usage(`--${name} ${value} is none`, `Give it one of ${all.join(', ')}`)
}

const usage = (what: string, mend: string): CliError =>
  new CliError('usage-flag', ExitCode.Usage, { what, mend })
