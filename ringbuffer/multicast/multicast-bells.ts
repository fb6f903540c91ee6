/** Who is rung on a multicast ring, and which of them a set of readers stands for. */
import type { Doorbell } from '../doorbell.ts'
import { misuse } from '../ring-faults.ts'
import { membersOf } from './multicast-order.ts'

export interface MulticastBells {
  readonly producerBell: Doorbell
  /** One for each reader, by its number; two readers of one thread share theirs. */
  readonly readerBells: readonly Doorbell[]
}

/** Cold: an array for the hot loop that rings them. */
export const bellsOf = (readers: number, bells: MulticastBells): readonly Doorbell[] =>
  membersOf(readers).map((reader) => bells.readerBells[reader]!)

export const bellsFault = (name: string, bells: MulticastBells, readers: number): Error =>
  misuse(name, `${bells.readerBells.length} bells for ${readers} readers`, 'give each of them one')
