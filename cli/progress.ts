/** A progress bar on stderr: only on a terminal, and never where NO_COLOR's cousin --no-progress or CI says no. */
import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  update(done: number): void
  stop(): void
}

const SILENT: Progress = { update: () => undefined, stop: () => undefined }

export function startProgress(
  what: string,
  total: number,
  flags: { readonly progress?: boolean },
): Progress {
  if (flags.progress === false || !process.stderr.isTTY || process.env.CI !== undefined)
    return SILENT
  const bar = new SingleBar(
    {
      format: `${what} [{bar}] {percentage}% {value}/{total}, {eta_formatted} left`,
      stream: process.stderr,
    },
    Presets.shades_classic,
  )
  bar.start(total, 0)
  return { update: (done) => bar.update(done), stop: () => bar.stop() }
}
