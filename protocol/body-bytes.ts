/** How long a message is behind its envelope or header: the root block, and the group of those that have one. */
import { hasGroup } from './codecs.ts'
import { bytesOfGroup, entryBytesOf, entryCountOf } from './groups.ts'

/** Bytes of the group behind the root block that ends at `end`, in a message of this template; 0: it has none. */
export const groupBytesOf = (templateId: number, view: DataView, end: number): number =>
  hasGroup(templateId) ? bytesOfGroup(entryBytesOf(view, end), entryCountOf(view, end)) : 0
