/** The protocols of a system as plain data: what a journal's messages are known by. */
import { createHash } from 'node:crypto'
import type { Catalog } from '../actor/catalog.ts'
import { Engine } from './engine-messages.ts'
import { Root } from './root-protocol.ts'

/** By protocol: its messages' layouts, in their order. */
export type ProtocolLayouts = Readonly<Record<string, readonly string[]>>

/** All that the catalog's behaviors understand, and what the engine itself says. */
export function layoutsOf(catalog: Catalog): ProtocolLayouts {
  const protocols = [Engine, Root, ...[...catalog.all].map(({ protocol }) => protocol)]
  const named = protocols.map(({ $name, $messages }): [string, string[]] => [
    $name,
    $messages.map(({ layout }) => layout),
  ])
  return Object.fromEntries(named.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** 16 hex digits. */
export const schemaHashOf = (layouts: ProtocolLayouts): string =>
  createHash('sha256').update(JSON.stringify(layouts)).digest('hex').slice(0, 16)
