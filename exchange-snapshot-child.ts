/**
 * The process that takes a snapshot of an exchange's journal (exchange-snapshot.ts): answers and ends. A page that a file
 * has lost kills it, and nobody else.
 *
 * It has time: what the exchange's threads want they get first.
 */

import { type SnapshotTaken, snapshotJournal } from './engine/recovery/snapshotting.ts'
import { runWhenIdle } from './engine/thread/idle-class.ts'
import { EXCHANGE_KIND } from './exchange-kind.ts'
import type { SnapshotAnswer, SnapshotOrder } from './exchange-snapshot.ts'
import { messageOf } from './storage/journal-error.ts'
import { isOrphaned, tellParent } from './storage/tell-parent.ts'

/** Frames are 64 KiB: each would be a message. */
const PROGRESS_MS = 100

async function answer({ directory, buildHash, keepBytes }: SnapshotOrder): Promise<SnapshotAnswer> {
  let toldAtMs = 0
  const onProgress = (sequence: number): void => {
    const nowMs = performance.now()
    if (nowMs - toldAtMs < PROGRESS_MS) return
    toldAtMs = nowMs
    // The exchange is gone: nobody would hear what comes of it.
    if (isOrphaned()) process.exit()
    tellParent({ sequence } satisfies SnapshotAnswer)
  }
  const refused: string[] = []
  try {
    const taken = await snapshotJournal({
      ...{ directory, buildHash, onProgress, kind: EXCHANGE_KIND },
      ...(keepBytes === undefined ? {} : { keepBytes }),
      onRefused: (path, why) => refused.push(`${path}: ${why}`),
    })
    return { taken: taken === undefined ? null : plain(taken), refused }
  } catch (error) {
    const { code } = error as { code?: unknown }
    return { error: messageOf(error), ...(typeof code === 'string' ? { code } : {}) }
  }
}

const plain = ({ head, ...taken }: SnapshotTaken) => ({
  ...taken,
  ...{ sequence: head.sequence, timeUs: head.timeUs, eventNumber: head.eventNumber },
  ...{ stateHash: head.stateHash, chainHash: Buffer.from(head.chainHash).toString('hex') },
})

runWhenIdle()
tellParent(await answer(JSON.parse(process.argv[2]!) as SnapshotOrder), () => process.exit())
