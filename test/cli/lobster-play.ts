/**
 * Walks a day through the tiny book: every taker meets the makers named, every step ends in the
 * true book.
 */

import assert from 'node:assert/strict'
import type { Action, Step } from '../../cli/lobster/action.ts'
import type { DayCounts } from '../../cli/lobster/counts.ts'
import { type DayMode, LobsterDay } from '../../cli/lobster/day.ts'
import type { LobsterFiles } from '../../cli/lobster/files.ts'
import { describeDifference, differences } from '../../cli/lobster/truth.ts'
import { Side } from '../../protocol/codecs.ts'
import { TinyBook } from './lobster-tiny-book.ts'

export interface PlayedDay {
  readonly counts: DayCounts
  readonly stepCount: number
  /** A line a step: its row and its actions. */
  readonly script: () => string
}

/** `keepScript` for small days: the steps are kept. */
export function playDay(files: LobsterFiles, mode: DayMode, keepScript = false): PlayedDay {
  const day = new LobsterDay(files, mode)
  const book = new TinyBook()
  const kept: Step[] = []
  let stepCount = 0
  let lastRow = -1
  for (const step of day.steps()) {
    assert(mode === 'single' ? step.row === lastRow + 1 : step.row > lastRow)
    for (const action of step.actions) {
      const fills = book.run(action)
      if (action.kind !== 'take') continue
      assert.deepEqual(fills, action.expected, `row ${step.row}`)
    }
    const found = differences(files.book, step.row, book.depth())
    assert.equal(found.map(describeDifference).join('\n'), '')
    lastRow = step.row
    stepCount++
    if (keepScript) kept.push(step)
  }
  assert.equal(lastRow, files.messages.rowCount - 1, 'the last step covers the last row')
  return {
    counts: day.counts,
    stepCount,
    script: () => kept.map((step) => [step.row, ...step.actions.map(line)].join(' · ')).join('\n'),
  }
}

function line(action: Action): string {
  const side = action.side === Side.Buy ? 'buy' : 'sell'
  switch (action.kind) {
    case 'enter':
      return `${side} ${action.clOrdId} ${action.lots}@${action.priceTicks}`
    case 'take': {
      const fills = action.expected.map((f) => `${f.makerClOrdId} ${f.lots}@${f.priceTicks}`)
      return `${side} ${action.clOrdId} ${action.lots}@${action.limitTicks} → ${fills.join(', ')}`
    }
    case 'cancel':
      return `cancel ${action.clOrdId}`
    case 'reduce':
      return `reduce ${action.clOrdId} to ${action.newTotalLots}`
  }
}
