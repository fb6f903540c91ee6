/** Who is told of whose reports, as people write it: firms, and sessions that hear an account's or a firm's. */
import { z } from 'zod'
import type { DropCopyDefinition, VenueDefinition } from '../gateway/venue-definition.ts'
import { identifier, refused } from './venue-units.ts'

/** Keys of the venue; each may be left out. */
export const dropCopyShape = {
  firms: z.record(identifier, z.array(identifier)).default({}),
  dropCopies: z
    .array(
      z.strictObject({
        compId: identifier,
        of: z.union([
          z.strictObject({ account: identifier }),
          z.strictObject({ firm: identifier }),
        ]),
        publicKeyFile: z.string().optional(),
      }),
    )
    .default([]),
}

const dropCopySchema = z.object(dropCopyShape)
type DropCopyConfig = z.infer<typeof dropCopySchema>

/** `sessions`: those that trade. */
export function dropCopyDefinitions(
  { firms, dropCopies }: DropCopyConfig,
  sessions: readonly { readonly compId: string; readonly account: string }[],
): Required<Pick<VenueDefinition, 'firms' | 'dropCopies'>> {
  const accounts = new Set(sessions.map(({ account }) => account))
  const compIds = new Set(sessions.map(({ compId }) => compId))
  const firmOf: Record<string, string> = {}
  for (const [firm, members] of Object.entries(firms)) {
    for (const account of members) {
      refuseUnknown(`firms: ${firm}`, account, accounts)
      const other = firmOf[account]
      if (other !== undefined) {
        throw refused(`firms: account ${account} is in ${other} and in ${firm}: name it once`)
      }
      firmOf[account] = firm
    }
  }
  const copies = dropCopies.map(({ compId, of }): DropCopyDefinition => {
    if (compIds.has(compId)) {
      throw refused(`dropCopies: ${compId} is a session already: it needs a name of its own`)
    }
    compIds.add(compId)
    if ('account' in of) {
      refuseUnknown(`dropCopies: ${compId}`, of.account, accounts)
      return { compId, account: of.account, firm: '' }
    }
    if (!(of.firm in firms)) throw refused(`dropCopies: ${compId}: firm ${of.firm} is not defined`)
    return { compId, account: '', firm: of.firm }
  })
  return { firms: firmOf, dropCopies: copies }
}

function refuseUnknown(where: string, account: string, accounts: ReadonlySet<string>): void {
  if (!accounts.has(account)) throw refused(`${where}: no session trades for account ${account}`)
}
