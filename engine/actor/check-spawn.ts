/** Whether an actor can be spawned so: asked where it is spawned, for a log or another thread could only fail of it later. */

import type { SpawnOptions } from './behavior.ts'
import {
  type Check,
  type Checks,
  checkOptions,
  isInteger,
  isOneOf,
  isText,
  isTime,
  refused,
} from './check-given.ts'
import type { Strategy } from './supervision.ts'

const DIRECTIVES = ['resume', 'restart', 'stop', 'escalate'] as const
const isDirective = isOneOf(...DIRECTIVES)

const areDirectives: Check = (where, value) => {
  checkOptions(
    where,
    value,
    Object.fromEntries(Object.keys(value ?? {}).map((name) => [name, isDirective])),
  )
}

/** A message says in 16 bits how often it has failed. */
const TRIES_MAX = 0xffff

/** A verdict in the log says a rest in 32 bits. */
const isRest: Check = (where, value) => {
  isTime(where, value)
  if ((value as number) > REST_MS_MAX) throw refused(where, value, `0 to ${REST_MS_MAX} ms`)
}
const REST_MS_MAX = 0xffff_ffff

const STRATEGY: Readonly<Record<keyof Strategy, Check>> = {
  directive: isDirective,
  byError: areDirectives,
  restartsMax: isInteger(0),
  withinMs: isTime,
  poisonAfter: isInteger(1, TRIES_MAX),
  backoffMs: isRest,
  backoffMsMax: isRest,
}

const SPAWN: Readonly<Record<keyof SpawnOptions, Check>> = {
  supervise: (where, value) => checkOptions(where, value, STRATEGY, ['directive']),
  mailboxBytes: isInteger(1, 2 ** 30),
  overflow: isOneOf('backpressure', 'drop-newest'),
}

/** `more`: options that there are besides. Throws a RangeError that names the one that will not do, and says what would. */
export function checkSpawn(name: unknown, options: unknown, more: Checks = {}): void {
  isText("an actor's name", name)
  checkOptions(`actor '${name}'`, options, { ...more, ...SPAWN })
}
