/**
 * The flows of `bench book`, made once by the parent and left in a file for its children: what makes them
 * must not have warmed up the process that is timed.
 */
import { join } from 'node:path'
import { makeExchangeCore, type XcFigures, type XcMix } from '../workloads/exchange-core.ts'
import { MEB_ORDERS, MEB_SEED, type MebScenario, makeMeb } from '../workloads/meb.ts'
import { MEB_REPORT_DIGESTS } from '../workloads/meb-reports.ts'
import {
  type BookMessages,
  firstMessages,
  messagesOfExchangeCore,
  messagesOfMeb,
  writeMessages,
} from './book-messages.ts'

export interface Flow {
  /** What its figures begin with. */
  readonly name: string
  readonly file: string
  readonly idMax: number
  /** Open at once: more than any of these flows has. */
  readonly slots: number
  /** What the SHA-256 of its reports must be, where somebody knows. */
  readonly hashExpected?: string
  /** What its generator's own book came to. */
  readonly figuresExpected?: XcFigures
}

const SLOTS = 1 << 16

export function mebFlow(
  directory: string,
  {
    scenario,
    seed,
    orders = MEB_ORDERS,
    messagesMax = Number.MAX_SAFE_INTEGER,
  }: {
    readonly scenario: MebScenario
    readonly seed: number
    readonly orders: number | undefined
    /** No more than the first so many. */
    readonly messagesMax?: number
  },
): Flow {
  const whole = messagesOfMeb(makeMeb({ scenario, seed, orders }))
  const messages = firstMessages(whole, messagesMax)
  const isKnown = seed === MEB_SEED && orders === MEB_ORDERS && messages.count === whole.count
  const expected = isKnown ? { hashExpected: MEB_REPORT_DIGESTS[scenario] } : {}
  return { ...written(directory, `meb.${scenario}`, messages), ...expected }
}

/** `orders`: commands after the thousand that fill the book. */
export function exchangeCoreFlow(directory: string, mix: XcMix, orders: number | undefined): Flow {
  const options = orders === undefined ? { mix } : { mix, commands: orders }
  const { commands, figures } = makeExchangeCore(options)
  const messages = messagesOfExchangeCore(commands)
  return { ...written(directory, `xc-${mix}`, messages), figuresExpected: figures }
}

function written(directory: string, name: string, messages: BookMessages): Flow {
  const file = join(directory, `${name}.words`)
  writeMessages(file, messages)
  return { name, file, idMax: messages.idMax, slots: Math.min(messages.idMax + 1, SLOTS) }
}
