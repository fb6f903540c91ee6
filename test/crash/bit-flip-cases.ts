/**
 * One bit of a stopped exchange's files is another. Either somebody says so, or it was in bytes that hold nothing: then
 * all frames read as they did, byte for byte. Anything else is a journal that lies. A snapshot with such a bit is passed
 * over, or leads to the same state.
 */
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listSegments } from '../../storage/segment-files.ts'
import { Premises } from '../exchange/premises.ts'
import { autopsy, recovered } from './autopsy.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { Site } from './site.ts'

/** Two readers at a time: as many as the smallest machine has CPUs. */
const READERS = 2
const FLIPS_A_SITE = 250
/** Each so manyth is told to the product's own start as well. */
const START_EVERY = 25
/** And each so manyth is in a snapshot, whatever their share of the bytes. */
const SNAPSHOT_EVERY = 5
const LIVES = 3
const LOAD_MS = 600
const PAGE_BYTES = 4096
/** LMDB's two meta pages: few bytes, and the whole tree hangs on them. Each so manyth flip is there. */
const META_BYTES = 2 * PAGE_BYTES
const META_EVERY = 10

interface Flip {
  readonly file: string
  readonly at: number
  readonly bit: number
}

const bitFlips: CrashCase = {
  name: 'bit-flip',
  strikes: { long: 1_000, short: 5 },
  async run(scene, strikesMax) {
    const traded = await tradedDirectory(scene)
    const { dataDir } = traded
    const files = journalFiles(dataDir)
    const flips = Array.from({ length: Math.min(strikesMax, FLIPS_A_SITE) }, (_, index) =>
      drawFlip(scene, dataDir, files, index),
    )
    const premises = new Premises(scene)
    await Promise.all(
      Array.from({ length: READERS }, async (_, reader) => {
        const copy = join(premises.directory, `copy-${reader}`)
        for (let index = reader; index < flips.length; index += READERS) {
          // A start of before has begun a segment there.
          rmSync(copy, { recursive: true, force: true })
          cpSync(dataDir, copy, { recursive: true })
          const strike = { premises, copy, traded, flip: flips[index]! }
          await strikeOn(scene, strike)
          if (index % START_EVERY === START_EVERY - 1) await startOn(scene, strike)
        }
      }),
    )
  },
}

interface Traded {
  readonly dataDir: string
  readonly content: string
  readonly stateHash: string
}

/** A directory with a segment of each of some lives and the snapshots behind them, and what they lead to. */
async function tradedDirectory(scene: Scene): Promise<Traded> {
  const site = await Site.prepare(scene)
  for (let life = 1; life < LIVES; life++) {
    await site.start()
    await site.trade(LOAD_MS)
    await site.exchange.end('SIGTERM')
    const { status, stderr } = await site.premises.run(['snapshot', '--data-dir', site.dataDir])
    if (status !== 0) throw new Error(`no snapshot: ${stderr}`)
  }
  await site.start()
  await site.trade(LOAD_MS)
  await site.close('before the flips')
  const { content, stateHash } = await autopsy(site.dataDir)
  if (content === undefined || stateHash === undefined) {
    throw new Error('the journal is damaged before anything was flipped')
  }
  return { dataDir: site.dataDir, content, stateHash }
}

/** What must be whole: not LMDB's table of readers, and not the lock. */
const journalFiles = (dataDir: string): string[] =>
  readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.mdb$|head\.mark$|snapshot[^/]*$/.test(name))
    .filter((name) => statSync(join(dataDir, name)).isFile())
    .sort()

/** Any byte of any file is as likely as any other, but for those that are asked for more often. */
function drawFlip(scene: Scene, dataDir: string, all: readonly string[], index: number): Flip {
  const bit = scene.between(0, 8)
  const segments = all.filter((name) => name.endsWith('.mdb'))
  if (index % META_EVERY === 0) {
    return { file: scene.oneOf(segments), at: scene.between(0, META_BYTES), bit }
  }
  const isSnapshot = index % SNAPSHOT_EVERY === SNAPSHOT_EVERY - 1
  const files = all.filter((name) => name.includes('snapshot') === isSnapshot)
  const sizes = files.map((name) => statSync(join(dataDir, name)).size)
  let at = scene.between(
    0,
    sizes.reduce((sum, size) => sum + size, 0),
  )
  let file = 0
  while (at >= sizes[file]!) at -= sizes[file++]!
  return { file: files[file]!, at, bit }
}

interface Strike {
  readonly premises: Premises
  readonly copy: string
  readonly traded: Traded
  readonly flip: Flip
}

const isSnapshot = ({ file }: Flip): boolean => file.includes('snapshot')
const wordsOf = ({ bit, at, file }: Flip): string => `bit ${bit} of byte ${at} of ${file}`

async function strikeOn(scene: Scene, { copy, traded, flip }: Strike): Promise<void> {
  const { tally } = scene
  const where = wordsOf(flip)
  const bytes = readFileSync(join(copy, flip.file))
  bytes[flip.at]! ^= 1 << flip.bit
  writeFileSync(join(copy, flip.file), bytes)
  const found = await autopsy(copy, 'content')
  tally.strikes++
  if (found.problem !== undefined) {
    if (isSnapshot(flip)) tally.fail(where, [`the journal is refused: ${found.problem}`])
    return tally.note('found', 1)
  }
  if (found.content !== traded.content) {
    return tally.miss(where, ['the journal reads otherwise, and nobody says so'])
  }
  if (!isSnapshot(flip)) return tally.note('in bytes that hold nothing', 1)
  const { problem, stateHash, refused = [] } = await recovered(copy)
  tally.note(refused.length > 0 ? 'snapshot passed over' : 'snapshot not needed or whole', 1)
  if (problem !== undefined) tally.fail(where, [problem])
  else if (stateHash !== traded.stateHash) {
    tally.miss(where, [`it leads to state ${stateHash}, not ${traded.stateHash}`])
  }
}

/** Refused in one line with its status, and never open; or open on the state that was there. */
async function startOn(scene: Scene, { premises, copy, traded, flip }: Strike): Promise<void> {
  const { tally } = scene
  const where = `start with ${wordsOf(flip)}`
  const { problem } = await autopsy(copy, 'content')
  const { stateHash } = await recovered(copy)
  const isInTail = listSegments(copy).at(-1)!.path === join(copy, flip.file)
  const exchange = premises.launch({ dataDir: copy, flags: ['-q'] })
  while (exchange.isRunning && !exchange.stdout.includes('\n')) await sleep(5)
  const isOpen = exchange.isRunning
  const { status, signal, stderr } = isOpen ? await exchange.end('SIGTERM') : await exchange.ended
  tally.note(isOpen ? 'started' : 'start refused', 1)
  // What is behind a good snapshot is not read at a start: it is for `journal verify` to find.
  if (isOpen && isInTail && problem !== undefined) tally.miss(where, [`it opened on: ${problem}`])
  if (isOpen && stateHash !== traded.stateHash) {
    tally.miss(where, [`it opened on state ${stateHash}, not ${traded.stateHash}`])
  }
  if (isOpen && status !== 143) tally.fail(where, [`${status ?? signal}: ${stderr}`])
  if (isOpen) return
  if (problem === undefined) tally.fail(where, [`the journal is whole, and refused: ${stderr}`])
  if (![4, 5].includes(status ?? 0)) tally.fail(where, [`${status ?? signal}: ${stderr}`])
  if (!/^tradsys: [^\n]+\n$/.test(stderr)) tally.fail(where, [stderr])
}

/**
 * The same in LMDB's list of free pages, which no checksum of ours covers: a page that is in use and is called free would be
 * written over by a later commit. Nobody may trust a list that another life has written (storage/segment-tail.ts).
 */
const freeListFlips: CrashCase = {
  name: 'bit-flip-free-list',
  strikes: { long: 20, short: 0 },
  async run(scene) {
    const site = await Site.open(scene)
    await site.trade(LOAD_MS)
    await site.exchange.end('SIGTERM')
    const path = listSegments(site.dataDir).at(-1)!.path
    const bytes = readFileSync(path)
    const { at, bit } = drawFreeListFlip(scene, bytes)
    const where = `bit ${bit} of byte ${at} in the list of free pages`
    bytes[at]! ^= 1 << bit
    writeFileSync(path, bytes)
    scene.tally.strikes++
    if ((await autopsy(site.dataDir, 'content')).problem !== undefined) {
      return scene.tally.note('found', 1)
    }
    const answeredBefore = site.answered
    try {
      await site.start()
    } catch (error) {
      if (site.exchange.isRunning) throw error
      return scene.tally.note('start refused', 1)
    }
    await site.trade(LOAD_MS)
    await site.untilEnded(0)
    const { problem } = await autopsy(site.dataDir, 'content')
    if (problem === undefined) return scene.tally.note('without effect', 1)
    const later = site.answered - answeredBefore
    scene.tally.miss(where, [`it opened, acknowledged ${later} more, and then: ${problem}`])
  },
}

/** LMDB's meta page (mdb.c, MDB_meta behind the 24 bytes of a page's header): the tree of free pages, and the transaction. */
const FREE_ROOT_OFFSET = 88
const TRANSACTION_OFFSET = 152

/** In a byte of the list's root page that holds something. */
function drawFreeListFlip(
  scene: Scene,
  file: Buffer,
): { readonly at: number; readonly bit: number } {
  const isFirst =
    file.readBigUInt64LE(TRANSACTION_OFFSET) > file.readBigUInt64LE(PAGE_BYTES + TRANSACTION_OFFSET)
  const meta = isFirst ? 0 : PAGE_BYTES
  const root = Number(file.readBigUInt64LE(meta + FREE_ROOT_OFFSET)) * PAGE_BYTES
  const used = [...file.subarray(root, root + PAGE_BYTES).keys()].filter(
    (i) => file[root + i] !== 0,
  )
  return { at: root + scene.oneOf(used), bit: scene.between(0, 8) }
}

export const BIT_FLIP_CASES: readonly CrashCase[] = [bitFlips, freeListFlips]
