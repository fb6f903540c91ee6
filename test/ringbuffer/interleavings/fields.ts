/**
 * What a thread knows between two operations: the fields of its role and of all objects that hang
 * on it, and how to put them back. Private fields cannot be seen: the rings' are made ordinary
 * (instrument.ts), those of a role must be so from the beginning.
 */

import { isFixed } from './shared-views.ts'

export interface Fields {
  /** Equal for equal fields, in the same places. */
  readonly key: string
  readonly saved: readonly SavedObject[]
}

interface SavedObject {
  readonly object: Record<string, unknown>
  readonly names: readonly string[]
  readonly values: readonly unknown[]
}

export const saveFields = (root: object): Fields => {
  const saved: SavedObject[] = []
  const key = keyOf(root, saved)
  return { key, saved }
}

export const restoreFields = ({ saved }: Fields): void => {
  for (const { object, names, values } of saved) {
    if (Array.isArray(object)) object.length = names.length
    for (let i = 0; i < names.length; i += 1) object[names[i]!] = values[i]
  }
}

const keyOf = (value: unknown, saved: SavedObject[]): string => {
  if (typeof value === 'function') return 'function'
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value !== 'object' || value === null) return String(value)
  if (isFixed(value)) return value.key
  if (value instanceof Map || value instanceof Set || value instanceof Promise) {
    throw new Error(`interleavings: a role with a ${value.constructor.name}: keep it in an array`)
  }
  const object = value as Record<string, unknown>
  const place = saved.findIndex((one) => one.object === object)
  if (place >= 0) return `#${place}`
  const names = Object.keys(object)
  const values = names.map((name) => object[name])
  saved.push({ object, names, values })
  return `{${values.map((one) => keyOf(one, saved)).join()}}`
}
