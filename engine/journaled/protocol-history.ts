/**
 *   <directory>/protocols/<hash>.json      what the protocols of a system were, one file for each set that ever was in force
 *
 * Protocols grow while a journal lives: a message at the end of one, a field at the end of a message, a new one. Frames of the journal
 * say the hash of the set that they were written under. Which older ones this build understands, and where messages ended then,
 * is seen by holding their layouts against those of now. Whatever else was changed is refused, by its first difference.
 */
import * as fs from 'node:fs'
import { join } from 'node:path'
import { JournalError } from '../../storage/journal-error.ts'
import { syncDirectory } from '../../storage/segment-files.ts'
import { ANSWER_BIT, schemaIdOf } from '../actor/message.ts'
import { type ProtocolLayouts, schemaHashOf } from './protocol-layouts.ts'

/** A message as it was: fields from byte `at` of its block on are newer, and its block had `blockBytes`. */
export interface Cut {
  readonly at: number
  readonly blockBytes: number
}

/** By messageKey: those that have more fields now. */
export type Cuts = ReadonlyMap<number, Cut>

export const messageKey = (schemaId: number, id: number): number => (schemaId << 16) | id

const FOLDER = 'protocols'
const FILE = /^([0-9a-f]{16})\.json$/

export class ProtocolHistory {
  /** Of the set that is spoken. */
  readonly schema: string
  /** By hash: the sets of before that are understood. */
  readonly #earlier: ReadonlyMap<string, Cuts>
  readonly #layouts: ProtocolLayouts

  /** Of a journal that is new, or none. */
  constructor(layouts: ProtocolLayouts, earlier: ReadonlyMap<string, Cuts> = new Map()) {
    this.#layouts = layouts
    this.schema = schemaHashOf(layouts)
    this.#earlier = earlier
  }

  /** Throws a JournalError where the journal in `directory` has messages that these layouts do not understand. */
  static of(directory: string, layouts: ProtocolLayouts): ProtocolHistory {
    const earlier = new Map<string, Cuts>()
    const spoken = schemaHashOf(layouts)
    for (const name of filesIn(directory)) {
      const hash = FILE.exec(name)?.[1]
      if (hash === undefined || hash === spoken) continue
      const before = layoutsIn(join(directory, FOLDER, name), hash)
      earlier.set(hash, cutsOf(directory, before, layouts))
    }
    return new ProtocolHistory(layouts, earlier)
  }

  /** All that are understood, the one that is spoken first. */
  get schemas(): readonly string[] {
    return [this.schema, ...this.#earlier.keys()]
  }

  get hasEarlier(): boolean {
    return this.#earlier.size > 0
  }

  /** Of that set; undefined: of the one that is spoken. */
  cutsOf(schema: string): Cuts | undefined {
    return this.#earlier.get(schema)
  }

  /** Before the first message is written under it. Durable on return. */
  keep(directory: string): void {
    const folder = join(directory, FOLDER)
    const path = join(folder, `${this.schema}.json`)
    if (fs.existsSync(path)) return
    fs.mkdirSync(folder, { recursive: true })
    const handle = fs.openSync(`${path}.new`, 'w', 0o600)
    try {
      fs.writeSync(handle, `${JSON.stringify(this.#layouts, undefined, 1)}\n`)
      fs.fsyncSync(handle)
    } finally {
      fs.closeSync(handle)
    }
    fs.renameSync(`${path}.new`, path)
    syncDirectory(folder)
    syncDirectory(directory)
  }
}

function filesIn(directory: string): string[] {
  const folder = join(directory, FOLDER)
  return fs.existsSync(folder) ? fs.readdirSync(folder).sort() : []
}

/** Its name is the hash of what it says: one that is damaged is not believed. */
function layoutsIn(path: string, hash: string): ProtocolLayouts {
  let layouts: ProtocolLayouts
  try {
    layouts = JSON.parse(fs.readFileSync(path, 'utf8')) as ProtocolLayouts
  } catch (cause) {
    throw damaged(path, cause)
  }
  if (schemaHashOf(layouts) !== hash) throw damaged(path)
  return layouts
}

const damaged = (path: string, cause?: unknown): JournalError =>
  new JournalError('journal-damaged', {
    what: `${path} does not say which protocols a part of the journal was written in`,
    likely: 'it was edited, or the disk has changed it',
    mend: 'Restore it from a copy of the directory',
    cause,
  })

interface Part {
  readonly name: string
  /** 'amount:i53@8'; undefined: it is packed. */
  readonly fields: readonly string[] | undefined
}

/** A message, and its answer where it is a request. */
const partsOf = (layout: string): Part[] =>
  layout.split('→').map((part) => {
    const open = part.indexOf('(')
    const inside = part.slice(open + 1, -1)
    const fields = inside === '' ? [] : inside.split(',')
    return { name: part.slice(0, open), fields: inside === 'packed' ? undefined : fields }
  })

function cutsOf(directory: string, before: ProtocolLayouts, now: ProtocolLayouts): Cuts {
  const cuts = new Map<number, Cut>()
  for (const [protocol, messages] of Object.entries(before)) {
    const refuse = (what: string): JournalError => changed(directory, what)
    if (now[protocol] === undefined) throw refuse(`protocol '${protocol}' is gone`)
    for (const [index, layout] of messages.entries()) {
      const was = partsOf(layout)
      const next = now[protocol][index]
      const where = `${protocol}.${was[0]!.name}`
      if (next === undefined) throw refuse(`message ${where} is gone`)
      const is = partsOf(next)
      if (is[0]!.name !== was[0]!.name) {
        throw refuse(
          `message ${index + 1} of '${protocol}' was ${was[0]!.name} and is ${is[0]!.name}`,
        )
      }
      if (is.length !== was.length)
        throw refuse(`${where} ${asRequest(was)} and ${asRequest(is)} now`)
      for (const [i, part] of was.entries()) {
        const cut = cutOf(part, is[i]!, (what) => refuse(`${protocol}.${part.name}${what}`))
        const id = (index + 1) | (i === 0 ? 0 : ANSWER_BIT)
        if (cut !== undefined) cuts.set(messageKey(schemaIdOf(protocol), id), cut)
      }
    }
  }
  return cuts
}

const asRequest = (parts: readonly Part[]): string =>
  parts.length > 1 ? 'is a request' : 'is no request'

function cutOf(was: Part, is: Part, refuse: (what: string) => Error): Cut | undefined {
  if (was.fields === undefined || is.fields === undefined) {
    if (was.fields === is.fields) return undefined
    throw refuse(was.fields === undefined ? ' was packed, and is not' : ' is packed, and was not')
  }
  for (const [i, field] of was.fields.entries()) {
    const [before, now] = [field, is.fields[i]].map((one) => one?.split('@')[0])
    if (now === undefined) throw refuse(`: field ${before} is gone`)
    if (now !== before) throw refuse(`: field ${i + 1} was ${before} and is ${now}`)
  }
  const added = is.fields[was.fields.length]
  if (added === undefined) return undefined
  // It begins where the last one ended, or behind padding within the same eight bytes: so this is where the block ended.
  const at = Number(added.split('@')[1])
  return { at, blockBytes: Math.max(8, Math.ceil(at / 8) * 8) }
}

const changed = (directory: string, what: string): JournalError =>
  new JournalError('schema-mismatch', {
    what: `the journal in ${directory} has other messages than this build: ${what}`,
    likely: 'a protocol was changed elsewhere than at its end',
    mend: 'Declare it as it was, and add what is new at the end: messages behind those of a protocol, fields behind those of a message',
  })
