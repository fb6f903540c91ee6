/** A process that was forked for one answer, and who waits for it. */

const PARENT = process.ppid

/** Nobody waits any more: the rest would be work, and disk, for no one. */
export const isOrphaned = (): boolean => process.ppid !== PARENT

/** Without a callback a parent that is gone would be an error that nobody handles. */
export function tellParent(answer: object, done: () => void = () => undefined): void {
  process.send?.(answer, undefined, undefined, done)
}
