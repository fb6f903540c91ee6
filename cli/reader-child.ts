/** The process that `inReaderProcess` forks: one verb, run to its end. It may die on the way. */
import { reportError } from './cli-error.ts'

const VERBS = {
  'account list': async (flags: never) => (await import('./account/look.ts')).listAccounts(flags),
  'account show': async (flags: never) => (await import('./account/look.ts')).showAccount(flags),
  'journal dump': async (flags: never) => (await import('./journal/dump.ts')).dump(flags),
  'journal export': async (flags: never) =>
    (await import('./journal/export.ts')).exportRecords(flags),
  'journal repair-tail': async (flags: never) =>
    (await import('./journal/repair-tail.ts')).repairTail(flags),
  'journal stats': async (flags: never) => (await import('./journal/stats.ts')).stats(flags),
  backup: async (flags: never) => (await import('./backup.ts')).backupVerb(flags),
  restore: async (flags: never) => (await import('./backup.ts')).restoreVerb(flags),
  replay: async (flags: never) => (await import('./replay/replay.ts')).replayVerb(flags),
} as const

export type ReaderVerb = keyof typeof VERBS

// The parent is gone: nobody would hear what comes of it. The channel alone keeps nothing alive.
process.on('disconnect', () => process.exit())
process.channel?.unref()

const [verb, flags] = process.argv.slice(2)
try {
  await VERBS[verb as ReaderVerb](JSON.parse(flags ?? '') as never)
} catch (error) {
  reportError(error)
}
