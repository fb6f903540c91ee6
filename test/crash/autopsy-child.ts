/**
 * Forked by autopsy.ts: reads a journal that nobody writes to, by its own means as far as it can, and ends. A torn file
 * may kill it, and only it.
 *
 * The state is that of a machine that never stopped: a fresh one, from the first command, one after the other, without
 * snapshots, events or anything else that a recovery may lean on. Asked for the recovery it lets the product's own do.
 */
import { createHash, type Hash } from 'node:crypto'
import type { FrameView } from '../../storage/frame-view.ts'
import { JournalReader } from '../../storage/journal-reader.ts'
import { verifyJournal } from '../../storage/verify.ts'
import type { Autopsy, Recovered } from './autopsy.ts'
import type { FreshMachine } from './fresh-machine.ts'

const [, , directory = '', depth] = process.argv

async function examine(): Promise<Autopsy> {
  const { firstProblem } = verifyJournal(directory)
  if (firstProblem !== undefined) return { problem: firstProblem.what }
  const journal = JournalReader.open(directory)
  try {
    const frames = createHash('sha256')
    for (const frame of journal.events()) addFrame(frames, frame)
    const requests: string[] = []
    const machine = depth === 'content' ? undefined : await freshMachine()
    let commands = 0
    let timeUs = 0
    for (const frame of journal.commands()) {
      if (machine !== undefined && commands === 0 && frame.firstSequence !== 1) {
        return { problem: trimmed(frame) }
      }
      addFrame(frames, frame)
      timeUs = frame.time
      for (let at = frame.firstRecord; at >= 0; at = frame.nextRecord(at)) {
        commands++
        const words = machine?.run(frame.view, at)
        if (words !== undefined) requests.push(words)
      }
    }
    const content = frames.digest('hex')
    return { commands, timeUs, content, requests, stateHash: machine?.stateHash }
  } finally {
    journal.close()
  }
}

/** Loaded only where it is wanted: a thousand flipped bits are read without it. */
async function freshMachine(): Promise<FreshMachine> {
  const { FreshMachine } = await import('./fresh-machine.ts')
  return new FreshMachine()
}

const trimmed = ({ firstSequence }: FrameView): string =>
  `the log begins at ${firstSequence}: who wants to know what it leads to needs all of it, without retention`

/** Loaded only where it is wanted, as the machine is. */
async function recovery(): Promise<Recovered> {
  const { recover } = await import('../../engine/recovery/recovery.ts')
  const { EXCHANGE_KIND } = await import('../../exchange-kind.ts')
  const refused: string[] = []
  const { machine, snapshot } = recover({
    ...{ directory, kind: EXCHANGE_KIND },
    onRefused: (path, why) => refused.push(`${path}: ${why}`),
  })
  return { stateHash: machine.stateHash(), snapshot: snapshot?.sequence, refused }
}

function addFrame(hash: Hash, frame: FrameView): void {
  hash.update(`${frame.kind} ${frame.firstSequence} ${frame.bytes.length}\n`)
  hash.update(frame.bytes)
}

async function answer(): Promise<Autopsy | Recovered> {
  try {
    return await (depth === 'recovery' ? recovery() : examine())
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

process.send?.(await answer(), () => process.disconnect())
