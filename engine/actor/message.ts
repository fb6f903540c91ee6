/**
 *   protocol('bank', { Deposit: { amount: i53 } })  ──▶  layout, flyweight, hash
 *
 * The closed set of messages that an actor understands. A message lies in a block of fixed places, little-endian, in the
 * order of its declaration, each field at a multiple of its size; a request begins with the number that its answer repeats:
 *
 *   message    | fields …                     |
 *   request    | number u32 | u32 0 | fields … |
 *   packed     | bytes u32  | MessagePack …    |
 *
 * Hot: for each message a class is made from text, whose accessors have their places written in. One class for all, with
 * the places in a table, would make every access a megamorphic one.
 */
import { decode, Encoder } from '@msgpack/msgpack'
import { RECORD_BLOCK_OFFSET } from '../../protocol/envelope.ts'
import { FRAME_BODY_BYTES_MAX } from '../../storage/frame.ts'
import { isText, refused } from './check-given.ts'
import type { Field } from './fields.ts'
import { hashOf } from './hash.ts'

/** Fields by name, each name beginning with a small letter. */
export type Fields = Readonly<Record<string, Field<unknown>>>

export type ValuesOf<F extends Fields> = {
  [K in keyof F]: F[K] extends Field<infer T> ? T : never
}

/**
 * A message as a handler gets it: its bytes in place, good only until the handler returns. Nothing is read before it is
 * asked for, nothing allocated but texts.
 */
export type View<Values> = Readonly<Values> & {
  /** A plain object of its own, to keep. */
  copy(): Values
}

/** A message that is being written in place, between `claim` and `commit`. */
export type Draft<Values> = { -readonly [K in keyof Values]: Values[K] }

/** How messages with fields are read and written. `$view` and `$at` say where the block begins. */
export interface Flyweight {
  $view: DataView
  $at: number
  copy(): object
}

/** Bytes of the number before a request's or an answer's fields. */
export const REQUEST_NUMBER_BYTES = 8
/** Of a block: a record with its header must fit an eighth of the smallest ring that threads have. */
export const BLOCK_BYTES_MAX = 8 * 1024
const MESSAGES_MAX = 0x7fff
/** In a record's template id: the answer to the request of that number. */
export const ANSWER_BIT = 0x8000

/**
 * One message of a protocol. `Got` is what a handler gets, `Given` what a sender gives, `Answer` the values of the answer, where
 * it is a request.
 */
export interface MessageType<Name extends string, Got, Given, Answer = never> {
  readonly protocol: Name
  readonly name: string
  /** From 1, in the order of declaration; what a record's template id says. */
  readonly id: number
  /** Of the block; of a packed message 0, for each has its own. */
  readonly blockBytes: number
  readonly isRequest: boolean
  readonly isPacked: boolean
  /** What the hash of the protocol is made of. */
  readonly layout: string
  /** The answer's own type, where it is a request. */
  readonly answer: MessageType<Name, unknown, Answer> | undefined
  /** Of the protocol: 16 bits, in each record, so that a stranger's message is noticed. */
  readonly schemaId: number
  /** The one draft and the one reader of this thread: a handler uses each only until it returns. */
  readonly $draft: Flyweight
  readonly $reader: Flyweight
  /** Checks and writes all fields. Throws a RangeError that names the field. */
  write(view: DataView, at: number, values: Given): void
  /** Never there: it carries the type. */
  readonly got?: Got
}

/** A message that is answered: no other type is one, whatever an `Answer` might be inferred from. */
export type RequestType<Name extends string, Got, Given, Answer> = MessageType<
  Name,
  Got,
  Given,
  Answer
> &
  ([Answer] extends [never] ? never : unknown)

// biome-ignore format: one line a case
export type TypeOf<Name extends string, D> =
  D extends Request<infer F, infer A> ? MessageType<Name, View<ValuesOf<F>>, ValuesOf<F>, ValuesOf<A>>
  : D extends Packed<infer T> ? MessageType<Name, T, T>
  : D extends Fields ? MessageType<Name, View<ValuesOf<D>>, ValuesOf<D>>
  : never

/** A request's fields and its answer's. */
export class Request<F extends Fields, A extends Fields> {
  readonly fields: F
  readonly answer: A

  constructor(fields: F, answer: A) {
    this.fields = fields
    this.answer = answer
  }
}

/** A message that is asked: who gets it answers by `ctx.reply`. */
export const request = <F extends Fields, A extends Fields>(fields: F, answer: A): Request<F, A> =>
  new Request(fields, answer)

/** One plain object of type `T`, as MessagePack: for what is seldom and has no fixed form. Not for hot paths. */
export class Packed<T> {
  /** Never there: it carries the type. Not public, or a message with a field `value` would pass for packed. */
  protected readonly value?: T
}

/** Such a message: at most 65,340 B packed. What a handler gets is an object of its own, to keep; `claim` refuses it. */
export const packed = <T>(): Packed<T> => new Packed<T>()

/** Whichever message. */
export type AnyMessage = MessageType<string, unknown, never>

type Definition = Fields | Request<Fields, Fields> | Packed<unknown>
/** Messages by name: fields, `request` or `packed`. */
export type Definitions = Readonly<Record<string, Definition>>

/** What `protocol` makes: a MessageType by each message's name. The `$` ones are the engine's. */
export type Protocol<Name extends string, D extends Definitions> = {
  readonly [K in keyof D]: TypeOf<Name, D[K]>
} & {
  /** In the order of declaration. */
  readonly $messages: readonly AnyMessage[]
  readonly $name: Name
  /** From its name. */
  readonly $schemaId: number
  /** Names, fields and their places, in words. */
  readonly $layout: string
}

/**
 * Declares a protocol. The order of messages and fields is the wire's and the journal's: add at the end. Throws a
 * RangeError where a name or a size will not do.
 */
export function protocol<const Name extends string, const D extends Definitions>(
  name: Name,
  definitions: D,
): Protocol<Name, D> {
  isText("a protocol's name", name)
  const entries = Object.entries(definitions)
  if (entries.length === 0 || entries.length > MESSAGES_MAX) {
    throw new RangeError(
      `protocol '${name}': ${entries.length} messages: give it 1 to ${MESSAGES_MAX}`,
    )
  }
  const messages = entries.map(([message, definition], i) =>
    messageOf({ protocol: name, name: message, id: i + 1 }, definition),
  )
  const layout = `${name}{${messages.map((message) => message.layout).join(';')}}`
  const schemaId = schemaIdOf(name)
  for (const message of messages) {
    message.schemaId = schemaId
    if (message.answer !== undefined) message.answer.schemaId = schemaId
  }
  return {
    ...Object.fromEntries(messages.map((message) => [message.name, message])),
    $messages: messages,
    $name: name,
    $schemaId: schemaId,
    $layout: layout,
  } as unknown as Protocol<Name, D>
}

/** By the name alone: a protocol that has grown is the same one, and old records of it are understood. */
export const schemaIdOf = (protocolName: string): number => (hashOf(protocolName) & 0xfffe) + 1

interface Identity {
  readonly protocol: string
  readonly name: string
  readonly id: number
}

/** One class for all of them: the host reads its fields with every message. */
class Message {
  readonly protocol: string
  readonly name: string
  readonly id: number
  schemaId = 0
  readonly blockBytes: number
  readonly isRequest: boolean
  readonly isPacked: boolean
  readonly layout: string
  readonly answer: Message | undefined
  readonly $draft: Flyweight
  readonly $reader: Flyweight
  readonly write: (view: DataView, at: number, values: never) => void

  constructor(
    { protocol: of, name, id }: Identity,
    body: {
      readonly blockBytes: number
      readonly layout: string
      readonly answer?: Message
      readonly made: Made
    },
  ) {
    this.protocol = of
    this.name = name
    this.id = id
    this.blockBytes = body.blockBytes
    this.isPacked = body.blockBytes === 0
    this.isRequest = body.answer !== undefined
    this.layout = body.layout
    this.answer = body.answer
    this.$draft = new body.made.Flyweight()
    this.$reader = new body.made.Flyweight()
    this.write = body.made.write
  }
}

function messageOf(identity: Identity, definition: Definition): Message {
  const { protocol: of, name } = identity
  if (!/^[A-Z][A-Za-z0-9]*$/.test(name)) {
    throw new RangeError(`protocol '${of}': message '${name}': begin it with a capital letter`)
  }
  if (definition instanceof Packed) {
    const made = { Flyweight: PackedFlyweight, write: writePacked }
    return new Message(identity, { blockBytes: 0, layout: `${name}(packed)`, made })
  }
  const bodies =
    definition instanceof Request ? [definition.fields, definition.answer] : [definition]
  for (const body of bodies) {
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) continue
    throw refused(`${of}.${name}`, body, '{ … } of fields, request({ … }, { … }) or packed()')
  }
  if (!(definition instanceof Request))
    return new Message(identity, laidOut(identity, definition, 0))
  const asAnswer = { protocol: of, name: `${name}.answer`, id: identity.id | ANSWER_BIT }
  const body = laidOut(asAnswer, definition.answer, REQUEST_NUMBER_BYTES)
  const answer = new Message(asAnswer, body)
  const asked = laidOut(identity, definition.fields, REQUEST_NUMBER_BYTES)
  return new Message(identity, { ...asked, answer, layout: `${asked.layout}→${answer.layout}` })
}

/** Places for the fields, behind `from` bytes. */
function laidOut({ protocol: of, name: message }: Identity, fields: Fields, from: number) {
  const where = `${of}.${message}`
  const places: Place[] = []
  let end = from
  for (const [name, field] of Object.entries(fields)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(name)) {
      throw new RangeError(
        `${where}: no field may be named '${name}': begin it with a small letter`,
      )
    }
    // 'constructor', 'toString' and the like every object has already.
    if (name === 'copy' || name in Object.prototype) {
      throw new RangeError(
        `${where}: no field may be named '${name}': each message has that already`,
      )
    }
    if (!isField(field)) throw refused(`${where}.${name}`, field, 'a field: u32, text(20), bool, …')
    const at = Math.ceil(end / field.alignment) * field.alignment
    places.push({ name, field, at })
    end = at + field.bytes
  }
  if (end > BLOCK_BYTES_MAX) {
    throw new RangeError(
      `${where}: ${end} B, and ${BLOCK_BYTES_MAX} B is the most: send it in parts`,
    )
  }
  return {
    // A message without fields has a block too: a ring's record is never without one.
    blockBytes: Math.max(8, Math.ceil(end / 8) * 8),
    layout: `${message}(${places.map(({ name, field, at }) => `${name}:${field.kind}@${at}`)})`,
    made: makeClass(where, places),
  }
}

const isField = (given: unknown): boolean =>
  typeof given === 'object' && given !== null && 'kind' in given && 'alignment' in given

const NO_VIEW = new DataView(new ArrayBuffer(0))
const encoder = new Encoder()

/** A packed message has no places to write in: `claim` refuses it. */
class PackedFlyweight implements Flyweight {
  $view = NO_VIEW
  $at = 0

  copy(): object {
    throw new Error('a packed message is an object already')
  }
}

/** The bytes of a packed message: good until the next call. */
export function pack(value: unknown): Uint8Array {
  return encoder.encodeSharedRef(value)
}

/** Of a block, for so many packed bytes. */
export const packedBlockBytes = (bytes: number): number => Math.ceil((4 + bytes) / 8) * 8

/**
 * Of one plain object, 65,340: its record must fit a frame of the journal, with the number of 8 bytes that stands behind the block
 * between two shards. An envelope, which says a block's length in 16 bits, would take little more.
 */
export const PACKED_BYTES_MAX = FRAME_BODY_BYTES_MAX - RECORD_BLOCK_OFFSET - 8 - 4

/** Of the block that these values take. Throws a RangeError where they are too much. */
export function blockBytesFor(type: AnyMessage, values: unknown): number {
  if (!type.isPacked) return type.blockBytes
  const bytes = pack(values).length
  if (bytes <= PACKED_BYTES_MAX) return packedBlockBytes(bytes)
  throw new RangeError(
    `${type.protocol}.${type.name}: ${bytes} B packed, and ${PACKED_BYTES_MAX} B is the most: send it in parts`,
  )
}

function writePacked(view: DataView, at: number, value: unknown): void {
  const bytes = pack(value)
  view.setUint32(at, bytes.length, true)
  for (let i = 0; i < bytes.length; i++) view.setUint8(at + 4 + i, bytes[i]!)
  const end = packedBlockBytes(bytes.length)
  for (let i = 4 + bytes.length; i < end; i++) view.setUint8(at + i, 0)
}

/** What a packed block holds, in memory of its own. */
export function unpack(view: DataView, at: number): unknown {
  const bytes = view.getUint32(at, true)
  // A copy: the decoder keeps views of what it is given, and the ring's bytes are the next message's soon.
  return decode(new Uint8Array(view.buffer, view.byteOffset + at + 4, bytes).slice())
}

interface Place {
  readonly name: string
  readonly field: Field<unknown>
  readonly at: number
}

interface Made {
  readonly Flyweight: new () => Flyweight
  readonly write: (view: DataView, at: number, values: never) => void
}

/** The message's class and its writer, as text with every place in it. */
function makeClass(where: string, places: readonly Place[]): Made {
  const text = `'use strict'
${places.map((_, i) => `const f${i} = tools[${i}]`).join('\n')}
return {
  Flyweight: class {
    constructor() { this.$view = empty; this.$at = 0 }${places.map(accessorText).join('')}
    copy() { return { ${places.map(({ name }) => `${name}: this.${name}`).join(', ')} } }
  },
  write(view, block, values) {${places.map(writerText).join('')}
  },
}`
  const refuse = (i: number, value: unknown): never => {
    const { name, field } = places[i]!
    throw refused(`${where}.${name}`, value, field.takes)
  }
  const tools = places.map(({ field }) => field.tools)
  return new Function('tools', 'refuse', 'empty', text)(tools, refuse, NO_VIEW) as Made
}

/** In a field's texts `f` is its tools. */
const withTools = (spelling: string, i: number): string => spelling.replaceAll(/\bf\./g, `f${i}.`)

const accessorText = ({ name, field, at }: Place, i: number): string => `
    get ${name}() {
      const view = this.$view, at = this.$at + ${at}
      return ${withTools(field.read, i)}
    }
    set ${name}(value) {
      if (${withTools(field.refuse, i)}) refuse(${i}, value)
      const view = this.$view, at = this.$at + ${at}
      ${withTools(field.write, i)}
    }`

const writerText = ({ name, field, at: place }: Place, i: number): string => `
    {
      const value = values.${name}, at = block + ${place}
      if (${withTools(field.refuse, i)}) refuse(${i}, value)
      ${withTools(field.write, i)}
    }`
