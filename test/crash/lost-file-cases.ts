/**
 * Files of a stopped exchange are cut short, exchanged, older than others, or gone: what a half-done copy, a careless
 * restore or a file system that lost its end leave behind. It is refused in one line, or nothing is missing.
 */
import {
  copyFileSync,
  cpSync,
  existsSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { headMarkPath, journalDirectory } from '../../storage/segment-files.ts'
import { type Autopsy, autopsy, recoveredState } from './autopsy.ts'
import type { CrashCase, Scene } from './crash-case.ts'
import { Site } from './site.ts'

const PAGE_BYTES = 4096
/** Exit status of a start on a damaged or a missing journal. */
const REFUSALS = [4, 5]

/** Directories that one exchange left, and a third that another did. */
interface Copies {
  readonly newer: string
  readonly older: string
  readonly foreign: string
  /** To be mishandled; as `newer` at first. */
  readonly at: string
}

interface Mishap {
  readonly name: string
  /** 'refused', or 'whole': then every frame is there as before. 'either' leaves it to what is there. */
  readonly expected: 'refused' | 'whole' | 'either'
  readonly needsForeign?: true
  /** Undefined: done; else why this journal has not what it is about. */
  readonly happens: (copies: Copies, scene: Scene) => string | undefined
}

const segmentsOf = (dataDir: string): string[] =>
  readdirSync(journalDirectory(dataDir))
    .filter((name) => name.endsWith('.mdb'))
    .sort()
    .map((name) => join(journalDirectory(dataDir), name))

const snapshotsOf = (dataDir: string): string[] =>
  readdirSync(dataDir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.snapshot'))
    .sort()
    .map((name) => join(dataDir, name))

const NO_SNAPSHOT = 'the exchange has written no snapshot'
const ONE_SEGMENT = 'the journal has one segment'

const MISHAPS: readonly Mishap[] = [
  {
    name: 'a segment cut at a page',
    expected: 'refused',
    happens: ({ at }, scene) => {
      const path = scene.oneOf(segmentsOf(at))
      const pages = statSync(path).size / PAGE_BYTES
      truncateSync(path, scene.between(0, pages) * PAGE_BYTES)
      return undefined
    },
  },
  {
    name: 'a segment cut anywhere',
    expected: 'refused',
    happens: ({ at }, scene) => {
      const path = scene.oneOf(segmentsOf(at))
      truncateSync(path, scene.between(0, statSync(path).size))
      return undefined
    },
  },
  {
    name: 'an older segment below a newer head mark',
    expected: 'refused',
    happens: ({ at, older }) => {
      const path = segmentsOf(older).at(-1)!
      copyFileSync(path, join(journalDirectory(at), basename(path)))
      return undefined
    },
  },
  {
    name: 'an older head mark above a newer segment',
    expected: 'whole',
    happens: ({ at, older }) => void copyFileSync(headMarkPath(older), headMarkPath(at)),
  },
  {
    name: 'no head mark',
    expected: 'whole',
    happens: ({ at }) => void rmSync(headMarkPath(at)),
  },
  {
    name: 'a head mark cut short',
    expected: 'either',
    happens: ({ at }, scene) =>
      void truncateSync(headMarkPath(at), scene.between(0, statSync(headMarkPath(at)).size)),
  },
  {
    name: 'no segment',
    expected: 'refused',
    happens: ({ at }) => {
      for (const path of segmentsOf(at)) rmSync(path)
      return undefined
    },
  },
  {
    name: 'a segment of another exchange',
    expected: 'refused',
    needsForeign: true,
    happens: ({ at, foreign }) => {
      const path = segmentsOf(foreign).at(-1)!
      copyFileSync(path, segmentsOf(at).at(-1)!)
      return undefined
    },
  },
  {
    name: 'the head mark of another exchange',
    expected: 'refused',
    needsForeign: true,
    happens: ({ at, foreign }) => void copyFileSync(headMarkPath(foreign), headMarkPath(at)),
  },
  {
    name: 'a segment in the middle gone',
    expected: 'refused',
    happens: ({ at }) => {
      const segments = segmentsOf(at)
      if (segments.length < 3) return ONE_SEGMENT
      rmSync(segments[segments.length >> 1]!)
      return undefined
    },
  },
  {
    name: 'the newest segment gone',
    expected: 'refused',
    happens: ({ at }) => {
      const segments = segmentsOf(at)
      if (segments.length < 2) return ONE_SEGMENT
      rmSync(segments.at(-1)!)
      return undefined
    },
  },
  {
    name: 'two segments exchanged',
    expected: 'refused',
    happens: ({ at }) => {
      const [first, second] = segmentsOf(at)
      if (second === undefined) return ONE_SEGMENT
      copyFileSync(first!, `${first}.aside`)
      copyFileSync(second, first!)
      copyFileSync(`${first}.aside`, second)
      rmSync(`${first}.aside`)
      return undefined
    },
  },
  {
    name: 'the newest snapshot cut short',
    expected: 'either',
    happens: ({ at }, scene) => {
      const path = snapshotsOf(at).at(-1)
      if (path === undefined) return NO_SNAPSHOT
      truncateSync(path, scene.between(0, statSync(path).size))
      return undefined
    },
  },
  {
    name: 'the newest snapshot gone',
    expected: 'either',
    happens: ({ at }) => {
      const path = snapshotsOf(at).at(-1)
      if (path === undefined) return NO_SNAPSHOT
      rmSync(path)
      return undefined
    },
  },
]

const lostFiles: CrashCase = {
  name: 'lost-files',
  strikes: { long: 3 * MISHAPS.length, short: 5 },
  async run(scene, strikesMax) {
    const { newer, older, site } = await twoCopies(scene)
    const mishaps = MISHAPS.slice(0, strikesMax)
    const foreign = mishaps.some(({ needsForeign }) => needsForeign) ? await foreignCopy(scene) : ''
    const before = await autopsy(newer)
    for (const mishap of mishaps) {
      const at = join(site.premises.directory, 'at')
      rmSync(at, { recursive: true, force: true })
      cpSync(newer, at, { recursive: true })
      scene.tally.strikes++
      if (mishap.happens({ newer, older, foreign, at }, scene) !== undefined) {
        scene.tally.note('not yet', 1)
        continue
      }
      judge(scene, mishap, { before, found: await autopsy(at, 'content') })
      if (mishap.expected !== 'refused') {
        const state = await recoveredState(site.premises, at)
        if (state !== undefined && state !== before.stateHash) {
          scene.tally.miss(mishap.name, [`it leads to state ${state}, not ${before.stateHash}`])
        }
        continue
      }
      const { status, stderr } = await site.premises.launch({ dataDir: at, flags: ['-q'] }).ended
      if (!REFUSALS.includes(status ?? 0)) scene.tally.miss(mishap.name, [`start: ${status}`])
      if (!/^tradsys: [^\n]+\n$/.test(stderr)) scene.tally.fail(mishap.name, [stderr])
    }
  },
}

function judge(
  scene: Scene,
  { name, expected }: Mishap,
  { before, found }: { readonly before: Autopsy; readonly found: Autopsy },
): void {
  const isRefused = found.problem !== undefined
  const isWhole = found.content === before.content
  scene.tally.note(isRefused ? 'refused' : 'whole', 1)
  if (!isRefused && !isWhole) scene.tally.miss(name, ['the journal is another, and nobody says so'])
  else if (expected === 'refused' && !isRefused) scene.tally.miss(name, ['it is not refused'])
  else if (expected === 'whole' && !isWhole) scene.tally.fail(name, [`refused: ${found.problem}`])
}

/** Of one exchange, stopped twice. */
async function twoCopies(scene: Scene): Promise<{ newer: string; older: string; site: Site }> {
  const site = await Site.open(scene)
  const older = join(site.premises.directory, 'older')
  await site.trade(scene.between(0, 300))
  await site.exchange.end('SIGTERM')
  cpSync(site.dataDir, older, { recursive: true })
  await site.start()
  await site.trade(scene.between(0, 300))
  await site.close('before the mishaps')
  if (!existsSync(headMarkPath(older))) throw new Error('no head mark to play with')
  return { newer: site.dataDir, older, site }
}

async function foreignCopy(scene: Scene): Promise<string> {
  const site = await Site.open(scene)
  await site.trade(0)
  await site.close('of another exchange')
  return site.dataDir
}

export const LOST_FILE_CASES: readonly CrashCase[] = [lostFiles]
