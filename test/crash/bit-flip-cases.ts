/**
 * One bit of a stopped exchange's files is another. Either somebody says so, or it was in bytes that hold nothing: then
 * all frames read as they did, byte for byte. Anything else is a journal that lies.
 */
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { listSegments } from '../../storage/segment-files.ts'
import { Premises } from '../exchange/premises.ts'
import { autopsy, recoveredState } from './autopsy.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { Site } from './site.ts'

/** Two readers at a time: as many as the smallest machine has CPUs. */
const READERS = 2
const FLIPS_A_SITE = 250
/** Each so manyth is told to the product's own start as well. */
const START_EVERY = 50
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
  strikes: { long: 1_000, short: 8 },
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
          cpSync(dataDir, copy, { recursive: true, force: true })
          await strike(scene, { premises, copy, traded, flip: flips[index]! })
          if (index % START_EVERY === START_EVERY - 1)
            await startOn(scene, premises, copy, flips[index]!)
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

/** A directory that an exchange has traded in, and what its frames hold. */
async function tradedDirectory(scene: Scene): Promise<Traded> {
  const site = await Site.open(scene)
  await site.trade(LOAD_MS)
  await site.kill()
  await site.start()
  await site.trade(0)
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

/** Any byte of any file is as likely as any other. */
function drawFlip(scene: Scene, dataDir: string, files: readonly string[], index: number): Flip {
  const bit = scene.between(0, 8)
  if (index % META_EVERY === 0) {
    const segments = files.filter((name) => name.endsWith('.mdb'))
    return { file: scene.oneOf(segments), at: scene.between(0, META_BYTES), bit }
  }
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

async function strike(scene: Scene, { premises, copy, traded, flip }: Strike): Promise<void> {
  const { tally } = scene
  const where = `bit ${flip.bit} of byte ${flip.at} of ${flip.file}`
  const bytes = readFileSync(join(copy, flip.file))
  bytes[flip.at]! ^= 1 << flip.bit
  writeFileSync(join(copy, flip.file), bytes)
  const found = await autopsy(copy, 'content')
  tally.strikes++
  if (found.problem !== undefined) return tally.note('found', 1)
  if (found.content !== traded.content) {
    return tally.miss(where, ['the journal reads otherwise, and nobody says so'])
  }
  if (!flip.file.includes('snapshot')) return tally.note('in bytes that hold nothing', 1)
  const state = await recoveredState(premises, copy)
  tally.note(state === undefined ? 'snapshot refused' : 'snapshot without effect', 1)
  if (state !== undefined && state !== traded.stateHash) {
    tally.miss(where, [`it leads to state ${state}, not ${traded.stateHash}`])
  }
}

/** Refused in one line with its status, and never open; or open, and then whole after further orders. */
async function startOn(scene: Scene, premises: Premises, copy: string, flip: Flip): Promise<void> {
  const where = `start with bit ${flip.bit} of byte ${flip.at} of ${flip.file}`
  const { problem } = await autopsy(copy, 'content')
  const exchange = premises.launch({ dataDir: copy, flags: ['-q'] })
  while (exchange.isRunning && !exchange.stdout.includes('\n')) await sleep(5)
  const isOpen = exchange.isRunning
  const { status, signal, stderr } = isOpen ? await exchange.end('SIGTERM') : await exchange.ended
  scene.tally.note(isOpen ? 'started' : 'start refused', 1)
  if (isOpen && problem !== undefined) scene.tally.miss(where, [`it opened on: ${problem}`])
  if (!isOpen && ![4, 5].includes(status ?? 0))
    scene.tally.fail(where, [`${status ?? signal}: ${stderr}`])
  if (!isOpen && !/^tradsys: [^\n]+\n$/.test(stderr)) scene.tally.fail(where, [stderr])
  if (isOpen && status !== 143) scene.tally.fail(where, [`${status}: ${stderr}`])
}

/**
 * The same in LMDB's list of free pages, which no checksum of ours covers: a page that is in use and is called free is
 * written over by a later commit. Either the flip is found, or what is acknowledged afterwards is safe.
 *
 * Needs a check that no page is both free and in use, before a writer trusts the list: today some flips are found only
 * when frames have been destroyed.
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
