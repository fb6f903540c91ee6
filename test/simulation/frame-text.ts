/** Messages as plain fields: written into a block by name, and a text read out of one. */
import * as codecs from '../../protocol/codecs.ts'
import { absentValue, propertyName, templateIdOf } from '../../protocol/message.ts'
import { MESSAGES } from '../../protocol/schema.ts'
import type { Fields } from '../actors/exchange-harness.ts'

interface Flyweight {
  wrap(view: DataView, at: number, blockBytes?: number): Record<string, number | string>
}

interface Writer {
  readonly flyweight: Flyweight
  /** Each field's name, where it ends in the block, and what it is where nothing is said. */
  readonly fields: readonly (readonly [name: string, offset: number, absent: number | string])[]
}

const flyweights = codecs as unknown as Record<string, new () => Flyweight>

const WRITERS: ReadonlyMap<number, Writer> = new Map(
  MESSAGES.filter(({ direction }) => direction === 'client').map((message) => [
    templateIdOf(message.msgType),
    {
      flyweight: new flyweights[message.name]!(),
      fields: message.fields.map((field) => {
        return [propertyName(field.name), field.offset, absentValue(field)] as const
      }),
    },
  ]),
)

/** The block's fields, up to where it ends; those that are not named are absent. */
export function writeFields(
  codec: { readonly TEMPLATE_ID: number },
  view: DataView,
  block: number,
  { blockBytes, fields }: { readonly blockBytes: number; readonly fields: Fields },
): void {
  const writer = WRITERS.get(codec.TEMPLATE_ID)!
  const message = writer.flyweight.wrap(view, block, blockBytes)
  for (const [name, offset, absent] of writer.fields) {
    if (offset < blockBytes) message[name] = fields[name] ?? absent
  }
}

/** ASCII up to the first NUL. */
export function text(view: DataView, at: number, bytesMax: number): string {
  let end = at
  while (end < at + bytesMax && view.getUint8(end) !== 0) end++
  return Buffer.from(view.buffer, view.byteOffset + at, end - at).toString('latin1')
}
