/**
 * What a conformance case is, and how its text is read.
 *
 *   L-03 [Logon] HeartBtInt(108) is from 5 to 60 s       id [its place in WIRE.md] its rule
 *     > Logon HeartBtInt={4,61}                          the client sends; the case is run once with each of {}
 *     < Reject RefTagID=108 #0                           the exchange answers: what is named here is checked
 *     < Logout SessionStatus=LogonsNotAllowed #0
 *     < closes
 *
 * Lines of the client that follow one another are sent in one piece. `2>` and `2<` are those of a second connection.
 *
 *   Name=value     a field: its enum's name, 'c' a character, "a\x00b" raw bytes, 2^53-1 a number, null SBE's null
 *   #7             MsgSeqNum; without: the client's next one
 *   PossDup        the flag; CopyMsgIndicator: that of an answer which a drop copy session hears, whose Account and OnBehalfOfCompID
 *                  may be named as its fields
 *   [A=1 B=2]      an entry of the message's group, behind its fields; [A=1]x33 so many of them. Of an answer whose line has some,
 *                  these are all. A line without any has no group at all, if it does not say `count`
 *   lower=value    a thing done to the frame, see `Tampering`
 *   ID(o1)         the OrderID that the report on order o1 has told
 *   MINE           an instrument that only this run trades; OWN, OTHER: CompIDs of this run
 *
 * Verbs of the client: `connects`, `hangs up` (half-closes), `vanishes` (resets), `waits 6 s`, `repeats its Logon`, `drips
 * its Logon` (a byte each tenth of a second), `revokes its key`. Of the exchange: `closes`, `nothing`; and `after=5s` says that it takes so long.
 */

/** Which exchange a case needs: see test/conformance/conformance-venue.ts. */
export type CaseVenue = 'open' | 'listed' | 'throttled'

export interface Area {
  /** Letter before the numbers of its cases. */
  readonly letter: string
  readonly title: string
  readonly venue: CaseVenue
  readonly text: string
}

export interface Line {
  /** From 1. */
  readonly connection: number
  /** A message's name, or a verb. */
  readonly name: string
  readonly number: number | undefined
  /** By FIX name, as written. */
  readonly fields: Readonly<Record<string, string>>
  /** What begins in lower case. */
  readonly extras: Readonly<Record<string, string>>
  /** Of its group, each by FIX name. */
  readonly entries: readonly Readonly<Record<string, string>>[]
  readonly flags: readonly string[]
  readonly text: string
}

/** The client says something, the exchange answers. */
export interface Exchanged {
  readonly sent: readonly Line[]
  readonly answered: readonly Line[]
}

export interface ConformanceCase {
  readonly id: string
  /** Heading of WIRE.md. */
  readonly place: string
  readonly rule: string
  readonly venue: CaseVenue
  /** As it stands in the table, `{}` and all. */
  readonly lines: readonly string[]
}

/** Things done to a frame, by name. A number in hex or decimal. */
export const TAMPERINGS = [
  // Header, as it says: what is really there stays as it is.
  ...['length', 'encoding', 'blockLength', 'templateId', 'schemaId', 'version'],
  // Root block longer or shorter by so many bytes, and header with it; `behind`: bytes behind the root block.
  ...['longer', 'shorter', 'behind'],
  // How many entries a group says that it has, and how long it says that each is; `entryLonger`, `entryShorter`: each is that.
  ...['count', 'entryLength', 'entryLonger', 'entryShorter'],
  // Only so many bytes of it; or all, in two pieces, once cut at each byte.
  ...['first', 'cut'],
  // Sent so often, each with a number of its own.
  'times',
  // Signed by a key of the run, and what is wrong with that.
  ...['key', 'signature'],
  // Answers: not before so long.
  'after',
] as const

/** The cases of an area. Throws where a line is none. */
export function casesOf({ letter, venue, text }: Area): readonly ConformanceCase[] {
  const cases: { -readonly [Key in keyof ConformanceCase]: ConformanceCase[Key] }[] = []
  for (const line of text.split('\n').map((one) => one.trim())) {
    if (line === '') continue
    const head = /^([A-Z]+-\d+) \[([^\]]+)\] (.+)$/.exec(line)
    if (head !== null) {
      const [, id = '', place = '', rule = ''] = head
      if (!id.startsWith(`${letter}-`)) throw new Error(`${id} stands among those of ${letter}`)
      cases.push({ id, place, rule, venue, lines: [] })
      continue
    }
    const last = cases.at(-1)
    if (last === undefined || !/^\d?[<>] /.test(line))
      throw new Error(`${letter}: no line: ${line}`)
    last.lines = [...last.lines, line]
  }
  return cases
}

/** How often a case is run: as often as its longest `{}` has values. */
export const runCount = ({ lines }: ConformanceCase): number =>
  Math.max(1, ...choicesIn(lines.join(' ')).map((values) => values.length))

/** What happens in the `run`th run, from 0. */
export function stepsOf(one: ConformanceCase, run: number): readonly Exchanged[] {
  const steps: { sent: Line[]; answered: Line[] }[] = []
  for (const text of one.lines) {
    const line = parseLine(chosen(text, run))
    const isSent = /^\d?>/.test(text)
    const last = steps.at(-1)
    if (!isSent && last === undefined) throw new Error(`${one.id}: the client speaks first`)
    if (isSent && (last === undefined || last.answered.length > 0)) {
      steps.push({ sent: [line], answered: [] })
    } else if (isSent) last?.sent.push(line)
    else last?.answered.push(line)
  }
  return steps
}

const CHOICES = /\{([^}]*)\}/g
const choicesIn = (text: string): string[][] =>
  [...text.matchAll(CHOICES)].map(([, values = '']) => values.split(','))

const chosen = (text: string, run: number): string =>
  text.replaceAll(CHOICES, (_, values: string) => {
    const all = values.split(',')
    const value = all[all.length === 1 ? 0 : run]
    if (value === undefined) throw new Error(`${text}: too few values`)
    return value
  })

const WORDS = /\[[^\]]*\](?:x\d+)?|[A-Za-z]\w*="[^"]*"|\S+/g
const ENTRY = /^\[([^\]]*)\](?:x(\d+))?$/
const FIELD = /^(\w+)=(.*)$/
const VERB = /^(connects|hangs up|vanishes|waits|repeats|drips|revokes|closes|nothing)/

function parseLine(text: string): Line {
  const [, digit = '', rest = ''] = /^(\d?)[<>] (.*)$/.exec(text) ?? []
  const verb = VERB.exec(rest)?.[0]
  const [first = '', ...words] = rest.match(WORDS) ?? []
  const fields: Record<string, string> = {}
  const extras: Record<string, string> = {}
  const entries: Record<string, string>[] = []
  const flags: string[] = []
  let number: number | undefined
  for (const word of words) {
    const [, entry, times = '1'] = ENTRY.exec(word) ?? []
    const [, key = '', value = ''] = FIELD.exec(word) ?? []
    if (entry !== undefined) {
      for (let i = 0; i < Number(times); i++) entries.push(entryFields(entry))
    } else if (word.startsWith('#')) number = Number(word.slice(1))
    else if (key === '') flags.push(word)
    else if (/^[a-z]/.test(key)) extras[key] = value
    else fields[key] = value
  }
  for (const key of Object.keys(extras)) {
    if (!TAMPERINGS.some((one) => one === key)) throw new Error(`${text}: ${key} is nothing to do`)
  }
  const name = verb ?? first
  const connection = Number(digit || 1)
  return { connection, name, number, fields, extras, entries, flags, text: rest }
}

function entryFields(text: string): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const word of text.match(WORDS) ?? []) {
    const [, key, value = ''] = FIELD.exec(word) ?? []
    if (key === undefined) throw new Error(`[${text}]: ${word} is no field`)
    fields[key] = value
  }
  return fields
}
