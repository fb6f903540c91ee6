/** What the threads of a process have cost, from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs'

/** Linux tells times in hundredths of a second, whatever its own clock. */
const NS_PER_TICK = 10_000_000

/** CPU time of each of these threads since its start, ns; those that are not there are left out, and all are elsewhere. */
export function threadTimesNs(pid: number, names: readonly string[]): Map<string, number> {
  const times = new Map<string, number>()
  if (process.platform !== 'linux') return times
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = statOf(pid, thread)
    if (stat === undefined) continue
    // The name stands in brackets and may hold anything; user and system ticks are the 12th and 13th behind it.
    const end = stat.lastIndexOf(')')
    const name = stat.slice(stat.indexOf('(') + 1, end)
    const fields = stat.slice(end + 2).split(' ')
    const ticks = Number(fields[11]) + Number(fields[12])
    if (names.includes(name)) times.set(name, (times.get(name) ?? 0) + ticks * NS_PER_TICK)
  }
  return times
}

/** Undefined: it has ended meanwhile. */
function statOf(pid: number, thread: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
