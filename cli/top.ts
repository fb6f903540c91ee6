/** `tradsys top`: a running system of actors, looked at again and again: threads, rings, actors, restarts. */
import { get } from 'node:http'
import type { ActorState } from '../engine/host/host-requests.ts'
import type { RingStatus, SystemStatus, ThreadStatus } from '../engine/system/system-status.ts'
import { CliError, ExitCode } from './cli-error.ts'
import { print } from './line-writer.ts'

export interface TopFlags {
  readonly seconds: number
  readonly once?: boolean
  readonly json?: boolean
  /** Lines of rings and of actors. */
  readonly rows: number
}

const CLEAR_SCREEN = '\x1b[2J\x1b[H'
/** Between the two looks of --once: rates are of something. */
const ONCE_SECONDS = 1

/** `address`: what the system's `statusAddress` says. Until its end, or SIGINT. */
export async function top(address: string, flags: TopFlags): Promise<void> {
  const { seconds, once = false, json = false, rows } = flags
  let before = await statusOf(address)
  if (json && once) return print(JSON.stringify(before))
  for (;;) {
    await sleep((once ? ONCE_SECONDS : seconds) * 1000)
    const now = await statusOf(address)
    if (json) await print(JSON.stringify(now))
    else await print((once ? '' : CLEAR_SCREEN) + screenOf(before, now, rows))
    if (once) return
    before = now
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

function statusOf(address: string): Promise<SystemStatus> {
  const isUrl = address.startsWith('http')
  const where = isUrl ? new URL('/status', address) : { socketPath: address, path: '/status' }
  return new Promise((resolve, reject) => {
    const request = get(where, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (piece: string) => {
        text += piece
      })
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text) as SystemStatus)
        else reject(unreachable(address, text.trim()))
      })
    })
    request.on('error', (error) => reject(unreachable(address, error.message)))
  })
}

function unreachable(address: string, why: string): CliError {
  return new CliError('top-unreachable', ExitCode.Failure, {
    what: `no system of actors tells its status at ${address}: ${why}`,
    mend: 'Start it with the option `status`, and give what its `statusAddress` says',
  })
}

/** What happened from one look to the next, on one screen. */
export function screenOf(before: SystemStatus, now: SystemStatus, rows: number): string {
  const seconds = Math.max(1e-6, (now.timeUs - before.timeUs) / 1e6)
  const lost = Object.entries(now.deadLetters).map(([reason, count]) => `${reason} ${count}`)
  return [
    `pid ${now.pid}   ${now.actors.length} actors   dead letters: ${lost.join(', ') || 'none'}`,
    '',
    ...threadLines(before, now, seconds),
    '',
    ...ringLines(before, now, seconds, rows),
    '',
    ...actorLines(before, now, seconds, rows),
  ].join('\n')
}

function threadLines(before: SystemStatus, now: SystemStatus, seconds: number): string[] {
  const lines = now.threads.map((thread) => {
    const earlier = before.threads.find(({ name }) => name === thread.name)
    return [
      thread.name,
      cpuPercent(earlier, thread, seconds),
      thread.cpus.length === 1 ? `${thread.cpus[0]}` : '-',
      idleOf(thread),
      `${thread.actors}`,
      thread.shards.join(' ') || '-',
      (thread.heapBytes / 2 ** 20).toFixed(0),
      rate(thread.parks - (earlier?.parks ?? 0), seconds),
      `${thread.restarts}`,
    ]
  })
  const titles = ['thread', 'cpu %', 'pin', 'idle', 'actors', 'shards', 'heap MiB', 'sleeps/s']
  return table([...titles, 'restarts'], lines)
}

function cpuPercent(earlier: ThreadStatus | undefined, now: ThreadStatus, seconds: number): string {
  if (now.cpuMs === undefined || earlier?.cpuMs === undefined) return '-'
  // A successor begins anew.
  const usedMs = now.cpuMs >= earlier.cpuMs ? now.cpuMs - earlier.cpuMs : now.cpuMs
  return (usedMs / seconds / 10).toFixed(0)
}

function idleOf({ idle }: ThreadStatus): string {
  if (idle === undefined) return '-'
  return 'spinUs' in idle && idle.spinUs > 0 ? `${idle.kind}, ${idle.spinUs} µs` : idle.kind
}

/** The busiest first. */
function ringLines(
  before: SystemStatus,
  now: SystemStatus,
  seconds: number,
  rows: number,
): string[] {
  const earlier = new Map(before.rings.map((ring) => [ring.name, ring]))
  const since = (ring: RingStatus): number => ring.records - (earlier.get(ring.name)?.records ?? 0)
  const lines = [...now.rings]
    .sort((a, b) => since(b) - since(a) || b.highMarkBytes - a.highMarkBytes)
    .slice(0, rows)
    .map((ring) => [
      ring.name,
      rate(since(ring), seconds),
      `${ring.depthBytes}`,
      `${ring.highMarkBytes}`,
      `${ring.capacityBytes}`,
      `${ring.fullCount}`,
    ])
  return table(['ring', 'records/s', 'depth B', 'high mark B', 'of B', 'full'], lines)
}

/** The busiest first. */
function actorLines(
  before: SystemStatus,
  now: SystemStatus,
  seconds: number,
  rows: number,
): string[] {
  const earlier = new Map(before.actors.map((actor) => [actor.ref, actor]))
  const since = (actor: ActorState): number =>
    actor.handled - (earlier.get(actor.ref)?.handled ?? 0)
  const lines = [...now.actors]
    .sort((a, b) => since(b) - since(a) || b.waiting - a.waiting)
    .slice(0, rows)
    .map((actor) => [
      actor.name,
      actor.thread,
      actor.condition,
      rate(since(actor), seconds),
      `${actor.waiting}`,
      `${actor.stashed}`,
      `${actor.restarts}`,
    ])
  const titles = ['actor', 'thread', 'condition', 'messages/s', 'waiting', 'stashed', 'restarts']
  return table(titles, lines)
}

const rate = (count: number, seconds: number): string =>
  Math.round(Math.max(0, count) / seconds).toLocaleString('en-US')

/** The first column to the left, all others to the right. */
function table(titles: readonly string[], lines: readonly (readonly string[])[]): string[] {
  const all = [titles, ...lines]
  const widths = titles.map((_, i) => Math.max(...all.map((line) => line[i]!.length)))
  return all.map((line) =>
    line
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join('  ')
      .trimEnd(),
  )
}
