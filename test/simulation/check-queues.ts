/** Bounded queues: whatever waits for a slow reader, an answer or a time is never more than its limit says. */
export interface Queue {
  readonly name: string
  readonly size: number
  readonly max: number
}

export function checkQueues(queues: Iterable<Queue>): void {
  for (const { name, size, max } of queues) {
    if (size > max) throw new Error(`queues: ${name} holds ${size}, at most ${max} are allowed`)
  }
}
