/**
 *   client ──{"method":"SUBSCRIBE",…}──▶ session ──▶ CONTROL REQUEST ──▶ reply, and what it changes in the session
 *
 * The requests of a stream socket, with the replies and errors of the dialect:
 *
 *   code 0  unknown property        code 2  the request is understood as JSON and not as a request
 *   code 1  not a Boolean           code 3  not JSON
 */
import { jsonFault } from './json-fault.ts'

/** What a request may look at and change. */
export interface Controlled {
  isCombined: boolean
  readonly streamNames: readonly string[]
  /** All of them, or none: then why not, as the dialect's text. */
  subscribe(names: readonly string[]): string | undefined
  unsubscribe(names: readonly string[]): void
}

const METHODS = ['SUBSCRIBE', 'UNSUBSCRIBE', 'LIST_SUBSCRIPTIONS', 'SET_PROPERTY', 'GET_PROPERTY']
const ID_FORM = /^[A-Za-z0-9]{0,36}$/
/** An id beyond the safe integers loses digits in JSON.parse; its text goes back as it came. */
const LONG_ID = /"id"\s*:\s*(-?\d{16,19})\s*[,}]/
/** Of a client's own text, repeated in an error. */
const ECHO_CHARACTERS_MAX = 64

export function answerControl(text: string, session: Controlled): string {
  let request: unknown
  try {
    request = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    const { line, column } = jsonFault(text)
    return fault(3, `Invalid JSON: expected value at line ${line} column ${column}`, 'null')
  }
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    return invalid('expected an object', 'null')
  }
  const fields = request as Readonly<Record<string, unknown>>
  const id = idText(fields.id, text)
  if (id === undefined) return invalid('request ID must be an unsigned integer', 'null')
  return answerMethod(fields, id, session)
}

function answerMethod(
  fields: Readonly<Record<string, unknown>>,
  id: string,
  session: Controlled,
): string {
  const { method, params } = fields
  if (method === undefined) return invalid('missing field `method`', id)
  switch (method) {
    case 'SUBSCRIBE':
    case 'UNSUBSCRIBE': {
      if (!isStrings(params)) return invalid('params must be an array of stream names', id)
      if (method === 'UNSUBSCRIBE') session.unsubscribe(params)
      const why = method === 'SUBSCRIBE' ? session.subscribe(params) : undefined
      return why === undefined ? result('null', id) : invalid(why, id)
    }
    case 'LIST_SUBSCRIPTIONS':
      return result(JSON.stringify(session.streamNames), id)
    case 'SET_PROPERTY':
    case 'GET_PROPERTY':
      return answerProperty({ isSet: method === 'SET_PROPERTY', params }, id, session)
    default: {
      const expected = METHODS.map((name) => `\`${name}\``).join(', ')
      return invalid(`unknown variant \`${echo(method)}\`, expected one of ${expected}`, id)
    }
  }
}

function answerProperty(
  { isSet, params }: { readonly isSet: boolean; readonly params: unknown },
  id: string,
  session: Controlled,
): string {
  if (!Array.isArray(params) || typeof params[0] !== 'string') {
    return invalid('property name must be a string', id)
  }
  const [name, value]: readonly unknown[] = params
  if (params.length > (isSet ? 2 : 1)) return invalid('too many parameters', id)
  if (name !== 'combined') return fault(0, 'Unknown property', id)
  if (!isSet) return result(String(session.isCombined), id)
  if (params.length < 2) return invalid('missing value for property', id)
  if (typeof value !== 'boolean') return fault(1, 'Invalid value type: expected Boolean', id)
  session.isCombined = value
  return result('null', id)
}

/** The id as JSON, null where there is none; undefined where it is no id. */
function idText(id: unknown, text: string): string | undefined {
  if (id === undefined || id === null) return 'null'
  if (typeof id === 'string') return ID_FORM.test(id) ? JSON.stringify(id) : undefined
  if (typeof id !== 'number' || !Number.isInteger(id)) return undefined
  if (Number.isSafeInteger(id)) return String(id)
  return LONG_ID.exec(text)?.[1]
}

const isStrings = (params: unknown): params is readonly string[] =>
  Array.isArray(params) && params.every((name) => typeof name === 'string')

const result = (json: string, id: string): string => `{"result":${json},"id":${id}}`

const invalid = (why: string, id: string): string => fault(2, `Invalid request: ${why}`, id)

const fault = (code: number, text: string, id: string): string =>
  `{"code":${code},"msg":${JSON.stringify(text)},"id":${id}}`

/** A client's own words, cut to a length that cannot be used to fill logs or buffers. */
export const echo = (word: unknown): string => String(word).slice(0, ECHO_CHARACTERS_MAX)
