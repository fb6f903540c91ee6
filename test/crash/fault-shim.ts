/**
 * The suite's side of fault-shim.c: compiles it once, and writes its orders.
 *
 *   const shim = FaultShim.make(scene)
 *   const site = await Site.open(scene, { env: shim.env })
 *   shim.arm({ on: On.Sync, pattern: '*.mdb', fault: Fault.Fail, value: EIO, nth: 7 })
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../exchange/premises.ts'
import type { Scene } from './crash-case.ts'

/** Kinds of calls; the number is the shim's. */
export const On = {
  Create: 'create',
  Write: 'write',
  Sync: 'sync',
  Rename: 'rename',
  Unlink: 'unlink',
  All: 'call',
} as const
export type On = (typeof On)[keyof typeof On]

const OPS: Readonly<Record<On, number>> = {
  create: 1,
  write: 2,
  sync: 4,
  rename: 8,
  unlink: 16,
  call: 31,
}

export const Fault = {
  KillBefore: 'kill before',
  KillAfter: 'kill after',
  Fail: 'fail',
  Short: 'cut short',
  Delay: 'delay',
} as const
export type Fault = (typeof Fault)[keyof typeof Fault]

const ACTIONS: Readonly<Record<Fault, number>> = {
  'kill before': 1,
  'kill after': 2,
  fail: 3,
  'cut short': 4,
  delay: 5,
}

export interface FaultOrders {
  readonly on: On
  /** fnmatch(3), on the whole path. */
  readonly pattern: string
  readonly fault: Fault
  /**
   * Fail: errno. Short: bytes that are written. Delay: ms. Kill: a process that dies with the caller, which may be a child;
   * negative: it dies and the caller goes on. @default 0
   */
  readonly value?: number
  /** fnmatch(3): calls count from the creation of such a file on. @default at once */
  readonly from?: string
  /** The nth call from now, from 1. */
  readonly nth: number
  /** And each one after it. @default false */
  readonly sticky?: boolean
}

const PAGE_BYTES = 4096
const PATTERN_OFFSET = 256
const STARTER_OFFSET = 2048
const WORD_BYTES = 4
const FIRED_OFFSET = 6 * WORD_BYTES
const SEEN_OFFSET = 7 * WORD_BYTES

/** Where the compiled shim is, or why there is none; made once a process. */
let made: { readonly path: string } | { readonly missing: string } | undefined

/** Why this machine cannot have it, or undefined. */
export function missingShim(): string | undefined {
  made ??= compile()
  return 'missing' in made ? made.missing : undefined
}

function compile(): { path: string } | { missing: string } {
  if (process.platform !== 'linux') return { missing: 'LD_PRELOAD is Linux’s' }
  const directory = mkdtempSync(join(tmpdir(), 'tradsys-shim-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const path = join(directory, 'fault-shim.so')
  const source = join(checkout, 'test/crash/fault-shim.c')
  const flags = [
    '-shared',
    '-fPIC',
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-o',
    path,
    source,
    '-ldl',
  ]
  const { error, status, stderr } = spawnSync('gcc', flags, { encoding: 'utf8' })
  if (error !== undefined) return { missing: 'no gcc' }
  if (status === 0) return { path }
  // A libc without headers is a machine's lack, a fault in our own source is not: both are told.
  if (stderr.includes('No such file')) return { missing: `no C headers: ${stderr.split('\n')[0]}` }
  throw new Error(`gcc does not take fault-shim.c: ${stderr}`)
}

export class FaultShim {
  readonly #path: string
  readonly #orders: string
  readonly #handle: number

  /** Orders of its own, which go away with the scene. */
  static make(scene: Scene): FaultShim {
    const missing = missingShim()
    if (made === undefined || !('path' in made)) throw new Error(`no shim: ${missing}`)
    const directory = mkdtempSync(join(tmpdir(), 'tradsys-orders-'))
    const shim = new FaultShim(made.path, join(directory, 'orders'))
    scene.after(() => {
      closeSync(shim.#handle)
      rmSync(directory, { recursive: true, force: true })
    })
    return shim
  }

  private constructor(path: string, orders: string) {
    this.#path = path
    this.#orders = orders
    this.#handle = openSync(orders, 'w+', 0o600)
    writeSync(this.#handle, Buffer.alloc(PAGE_BYTES))
  }

  /** For each process that is to be struck, from its start. */
  get env(): Readonly<Record<string, string>> {
    return { LD_PRELOAD: this.#path, FAULT_ORDERS: this.#orders }
  }

  arm({ on, pattern, fault, value = 0, nth, sticky = false, from = '' }: FaultOrders): void {
    this.disarm()
    const page = Buffer.alloc(PAGE_BYTES)
    const words = [0, OPS[on], ACTIONS[fault], value, nth, sticky ? 1 : 0]
    words.forEach((word, index) => void page.writeInt32LE(word, index * WORD_BYTES))
    page.write(pattern, PATTERN_OFFSET, 'latin1')
    page.write(from, STARTER_OFFSET, 'latin1')
    writeSync(this.#handle, page, 0, PAGE_BYTES, 0)
    this.#write(1)
  }

  disarm(): void {
    this.#write(0)
  }

  /** How many calls were struck since it was armed. */
  get fired(): number {
    return this.#read(FIRED_OFFSET)
  }

  /** How many there were to choose from. */
  get seen(): number {
    return this.#read(SEEN_OFFSET)
  }

  #write(armed: 0 | 1): void {
    const word = Buffer.alloc(WORD_BYTES)
    word.writeInt32LE(armed)
    writeSync(this.#handle, word, 0, WORD_BYTES, 0)
  }

  #read(at: number): number {
    const word = Buffer.alloc(WORD_BYTES)
    readSync(this.#handle, word, 0, WORD_BYTES, at)
    return word.readInt32LE()
  }
}
