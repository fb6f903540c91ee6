/** Where the time of an order goes in the exchange, from the file that `tradsys start --stage-times` leaves. */
import { readFileSync } from 'node:fs'

export interface StageShare {
  /** From one stage to the next, as 'read-sequenced'; 'read-written' is all of it. */
  readonly name: string
  readonly p50: number
  readonly p99: number
}

/** Of the commands of the last `seconds`: what came before was warm-up. µs. */
export function stageShares(path: string, seconds: number): StageShare[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n')
  const stages = head.split(',').slice(1)
  const all = lines.map((line) => line.split(',').slice(1).map(Number))
  const endUs = Math.max(...all.map(([readUs = 0]) => readUs))
  const rows = all.filter(([readUs = 0]) => readUs >= endUs - seconds * 1e6)
  if (rows.length === 0) throw new Error(`bench: ${path} tells of no command`)
  const share = (from: number, to: number): StageShare => {
    const spans = rows.map((row) => row[to]! - row[from]!).sort((a, b) => a - b)
    const at = (part: number): number =>
      spans[Math.min(spans.length - 1, Math.floor(part * spans.length))]!
    return { name: `${stages[from]}-${stages[to]}`, p50: at(0.5), p99: at(0.99) }
  }
  const steps = stages.slice(1).map((_, index) => share(index, index + 1))
  return [...steps, share(0, stages.length - 1)]
}
