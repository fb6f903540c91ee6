/**
 * Which door of the dialect a WebSocket's URL is, and the streams that it names.
 *
 *   /ws  /ws/<s1>/<s2>        bare events          /stream?streams=<s1>/<s2>     in the wrapper
 *   /ws/17  /stream/ws/3      bare; clients number their sockets so, and subscribe later
 */
import type { UpgradeRequest } from './transport.ts'

export interface Door {
  readonly isCombined: boolean
  /** As the URL has them: some may be no streams at all. */
  readonly streamNames: readonly string[]
}

/** Undefined: no WebSocket is served there. */
export function doorOf(request: UpgradeRequest): Door | undefined {
  const [, first, ...tail] = request.path.split('/')
  if (first === 'ws') return { isCombined: false, streamNames: names(tail) }
  if (first !== 'stream') return undefined
  if (tail[0] === 'ws') return { isCombined: false, streamNames: names(tail.slice(1)) }
  const listed = new URLSearchParams(request.query).get('streams') ?? ''
  return { isCombined: true, streamNames: names([...tail, ...listed.split('/')]) }
}

const names = (segments: readonly string[]): string[] =>
  segments.filter((segment) => segment !== '').map(decoded)

/** Clients write `@` as `%40`, some of them. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch (error) {
    if (error instanceof URIError) return segment
    throw error
  }
}
