/**
 * What an operator may ask of a running exchange, as one line of JSON each:
 *
 *   {"do":"venue"}
 *   {"do":"account.define","account":"DESK","sessions":["DESK-1"],"deposits":{"USD":10000}}
 *   {"do":"account.deposit","account":"DESK","currency":"USD","units":500,"reference":"wire-77"}
 *   {"do":"account.trading","account":"DESK","state":"halted"}
 *
 * and what it answers, a line as well: {"ok":true, …}, or {"ok":false,"code":…,"text":…}.
 */
import {
  type Command,
  defineSession,
  deposit,
  type KillSwitchState,
  setKillSwitch,
} from '../operator-commands.ts'

export interface VenueFacts {
  readonly version: string
  readonly pid: number
  readonly admission: 'paper' | 'listed'
  /** Decimals by currency. */
  readonly currencies: Readonly<Record<string, number>>
}

export type ControlRequest =
  | { readonly do: 'venue' }
  | {
      readonly do: 'account.define'
      readonly account: string
      /** At least one; the deposits go by the first one's name. */
      readonly sessions: readonly string[]
      /** Units by currency. */
      readonly deposits: Readonly<Record<string, number>>
    }
  | {
      readonly do: 'account.deposit'
      readonly account: string
      readonly currency: string
      readonly units: number
      readonly reference: string
    }
  | {
      readonly do: 'account.trading'
      readonly account: string
      readonly state: KillSwitchState
    }

export type ControlAnswer =
  | ({ readonly ok: true } & Partial<VenueFacts>)
  | {
      readonly ok: false
      /** `refused`: by the shard, then with `command` and `reason`; `malformed`, `stopping`, `failed`. */
      readonly code: 'refused' | 'malformed' | 'stopping' | 'failed'
      readonly text: string
      readonly command?: string
      /** Of Reason. */
      readonly reason?: number
    }

/** What is wrong with a line. */
export class MalformedRequest extends Error {}

const NAME = /^[A-Za-z0-9_-]{1,16}$/
const CURRENCY = /^[A-Z0-9]{1,8}$/
const REFERENCE = /^[\x21-\x7e]{1,36}$/
const STATES: readonly string[] = ['lifted', 'halted', 'reducing'] satisfies KillSwitchState[]
const SESSIONS_MAX = 100

/** Throws MalformedRequest, which says what is wrong. */
export function parseRequest(line: string): ControlRequest {
  const fields = objectOf(line)
  switch (fields.do) {
    case 'venue':
      return { do: 'venue' }
    case 'account.define':
      return {
        do: 'account.define',
        account: nameAt(fields, 'account'),
        sessions: sessionsAt(fields.sessions),
        deposits: depositsAt(fields.deposits ?? {}),
      }
    case 'account.deposit':
      return {
        do: 'account.deposit',
        account: nameAt(fields, 'account'),
        currency: textAt(fields, 'currency', CURRENCY, '1 to 8 of A-Z 0-9'),
        units: unitsOf(fields.units, 'units'),
        reference: textAt(fields, 'reference', REFERENCE, '1 to 36 characters without blanks'),
      }
    case 'account.trading':
      if (!STATES.includes(fields.state as string)) {
        throw new MalformedRequest(`state must be one of ${STATES.join(', ')}`)
      }
      return {
        do: 'account.trading',
        account: nameAt(fields, 'account'),
        state: fields.state as KillSwitchState,
      }
    default:
      throw new MalformedRequest(`do: there is no ${JSON.stringify(fields.do)}`)
  }
}

/** The commands that a request comes to, in their order. */
export function commandsFor(request: ControlRequest): Command[] {
  switch (request.do) {
    case 'venue':
      return []
    case 'account.define': {
      const { account, sessions, deposits } = request
      // Money last: where a session is another account's, none is paid in. What is said again changes nothing.
      return [
        ...sessions.flatMap((compId) => [...defineSession({ compId, account, deposits: {} })]),
        ...sessions
          .slice(0, 1)
          .flatMap((compId) => [...defineSession({ compId, account, deposits })]),
      ]
    }
    case 'account.deposit':
      return [deposit(request)]
    case 'account.trading':
      return [setKillSwitch(request.account, request.state)]
  }
}

type Fields = Readonly<Record<string, unknown>>

function objectOf(line: string): Fields {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new MalformedRequest('a line must be one JSON object')
  }
  return fieldsOf(value, 'a line')
}

function fieldsOf(value: unknown, where: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw new MalformedRequest(`${where} must be one JSON object`)
}

function textAt(fields: Fields, key: string, form: RegExp, words: string): string {
  const value = fields[key]
  if (typeof value === 'string' && form.test(value)) return value
  throw new MalformedRequest(`${key} must be ${words}`)
}

const nameAt = (fields: Fields, key: string): string =>
  textAt(fields, key, NAME, '1 to 16 of A-Z a-z 0-9 _ -')

function sessionsAt(value: unknown): string[] {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= SESSIONS_MAX
  if (isList && value.every((one) => typeof one === 'string' && NAME.test(one))) return value
  throw new MalformedRequest(
    `sessions must be 1 to ${SESSIONS_MAX} names, each 1 to 16 of A-Z a-z 0-9 _ -`,
  )
}

function depositsAt(value: unknown): Record<string, number> {
  const entries = Object.entries(fieldsOf(value, 'deposits')).map(([currency, units]) => {
    if (!CURRENCY.test(currency)) throw new MalformedRequest(`deposits: no currency ${currency}`)
    return [currency, unitsOf(units, `deposits.${currency}`)] as const
  })
  return Object.fromEntries(entries)
}

function unitsOf(value: unknown, where: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw new MalformedRequest(`${where} must be a whole number above 0`)
}
