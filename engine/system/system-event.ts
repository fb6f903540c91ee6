/** What happens to a system while it runs: for a log, and for whoever acts on it. */
import type { HostEvent } from '../host/host-event.ts'

export type SystemEvent =
  | HostEvent
  | { readonly kind: 'thread-died'; readonly thread: string; readonly error: Error }
  | { readonly kind: 'thread-restarted'; readonly thread: string; readonly afterMs: number }
  | { readonly kind: 'actor-escalated'; readonly what: string }
  | { readonly kind: 'snapshot-failed'; readonly error: unknown }

/** Where nobody listens: a line for each failure, so that none goes by unseen. Each thread tells of ten in a second at most. */
export function sayOnStderr(event: SystemEvent): void {
  if (event.kind === 'actor-failed') sayLine(failureText(event))
  if (event.kind === 'thread-died') {
    sayLine(`thread '${event.thread}' died: ${event.error.message}`)
  }
}

function failureText(event: SystemEvent & { readonly kind: 'actor-failed' }): string {
  const { name, thread, message, error, stack, directive, untold } = event
  const [, place = ''] = /\n\s*(at .*)/.exec(stack ?? '') ?? []
  const others = untold === 0 ? '' : `, and ${untold} failures more`
  const what = `actor '${name}' on '${thread}' failed at ${message}: ${error} ${place}`
  return `${what}: ${directive}${others}`
}

const sayLine = (text: string): void => {
  process.stderr.write(`tradsys: ${text.replaceAll('\n', ' ')}\n`)
}
