/**
 *   thread's state, memory ── one step ──▶ thread's state, memory, what it did
 *
 * A thread is a role that takes turns; each turn is an operation. Its state is what it knew at the
 * begin of the current operation and what its accesses have answered since: the rest follows, since
 * a role depends on nothing else.
 */

import { type Fields, restoreFields, saveFields } from './fields.ts'
import {
  type Access,
  DIED,
  type Done,
  type ModelMemory,
  type Run,
  SUSPENDED,
  type Waiter,
} from './model-memory.ts'
import { ModelPromise } from './model-promise.ts'

/** A thread of a scenario. Its fields are ordinary ones: they are saved and restored. */
export interface Role {
  readonly name: string
  /**
   * One operation, at best a single call of a ring. False: there is nothing more to do. A promise:
   * not before it has resolved, and the event loop runs meanwhile.
   */
  turn(): boolean | Promise<void>
  /** It may be killed, at any point. */
  readonly isMortal?: boolean
  /** Something else of its event loop may call it so often, before what it awaits has come. */
  readonly eventsLeft?: number
  onEvent?(): void
  /** The next turn is its successor's: fields that died with it are to be forgotten. */
  succeed?(): void
}

export interface ThreadState {
  readonly key: string
  readonly thread: number
  readonly begin: Fields
  readonly history: readonly Done[]
  /** The plain accesses since the last atomic one: what others may race with. */
  readonly segment: readonly Done[]
  /** Where it stands; undefined when it has ended. */
  readonly pending: Access | undefined
  readonly isWaiting: boolean
  /** What it does: the callback of a promise, or (undefined) a turn of its role. */
  readonly job: ModelPromise | undefined
  readonly awaited: ModelPromise | undefined
}

/** How a step is taken. Plain: it does so many plain accesses and dies before the next. */
export type Choice =
  | { readonly kind: 'run' | 'time out' | 'event' | 'die' }
  | { readonly kind: 'run and die'; readonly plain: number }

export interface Step {
  readonly state: ThreadState
  /** In order; the first is the atomic one, if there is one. */
  readonly done: readonly Done[]
}

/** Threads of this kind throw it when they see something wrong; `kind` names it in the report. */
export class ModelFailure extends Error {
  readonly kind: string

  constructor(kind: string, message: string) {
    super(message)
    this.kind = kind
  }
}

/** A turn that touches nothing shared is not the end of a step: but so many are an endless loop. */
const TURNS_MAX = 1_000

const placeOf = (kind: string): Access => ({
  kind,
  isAtomic: true,
  isWrite: false,
  at: -1,
  bytes: 0,
  given: '',
})

/** Where a thread stands that waits for its event loop, and one that may die before it begins. */
const IDLE = placeOf('event loop')
const BEGIN = placeOf('begin')

/** Up to its first atomic access; that is a step of its own only where it may die meanwhile. */
export const startThread = (memory: ModelMemory, role: Role, thread: number): Step => {
  const state = stateOf({
    thread,
    begin: saveFields(role),
    history: [],
    segment: [],
    pending: undefined,
    isWaiting: false,
    job: undefined,
    awaited: undefined,
  })
  if (role.isMortal) return { done: [], state: stateOf({ ...state, pending: BEGIN }) }
  return goOn(memory, role, { state, isPermitted: false })
}

export const takeStep = (
  memory: ModelMemory,
  role: Role,
  state: ThreadState,
  choice: Choice,
): Step => {
  restoreFields(state.begin)
  if (choice.kind === 'die') return die(memory, role, state, [])
  const plainLeft = choice.kind === 'run and die' ? choice.plain : Number.POSITIVE_INFINITY
  if (choice.kind === 'event') {
    role.onEvent?.()
    const called = { ...state, begin: saveFields(role), awaited: undefined }
    return goOn(memory, role, { state: called, isPermitted: false })
  }
  if (choice.kind === 'time out') endWait(memory, state)
  const waitOutcome = choice.kind === 'time out' ? 'timed-out' : 'ok'
  if (state.pending !== IDLE) {
    const isPermitted = state.pending !== BEGIN
    return goOn(memory, role, { state, isPermitted, plainLeft, waitOutcome })
  }
  // A job runs on where another thread's notify, or the clock, has put it.
  const next = memory.jobs.find((one) => one.thread === state.thread)!
  memory.jobs = memory.jobs.filter((one) => one !== next)
  const begun = { ...state, job: next.promise, segment: [] }
  return goOn(memory, role, { state: begun, isPermitted: false, plainLeft })
}

/** Whether it can go on now; if not, somebody must wake it. */
export const isReady = (memory: ModelMemory, state: ThreadState): boolean => {
  if (state.pending === undefined) return false
  if (state.pending === IDLE) return memory.jobs.some((one) => one.thread === state.thread)
  return !state.isWaiting || !memory.waiters.some((one) => isSleepOf(one, state))
}

export const mayTimeOut = (memory: ModelMemory, state: ThreadState): boolean =>
  (state.isWaiting || state.pending === IDLE) && timedWaiter(memory, state) !== undefined

export const mayBeCalled = (role: Role, state: ThreadState): boolean =>
  state.pending === IDLE && (role.eventsLeft ?? 0) > 0

const isSleepOf = (one: Waiter, { thread }: ThreadState): boolean =>
  one.thread === thread && one.promise === undefined

/** Of the thread, which sleeps as a whole, or of its event loop. */
const timedWaiter = ({ waiters }: ModelMemory, { thread, isWaiting }: ThreadState) =>
  waiters.find(
    (one) => one.thread === thread && !one.isEndless && isWaiting === (one.promise === undefined),
  )

const endWait = (memory: ModelMemory, state: ThreadState): void => {
  const ended = timedWaiter(memory, state)!
  const { thread, promise } = ended
  memory.waiters = memory.waiters.filter((one) => one !== ended)
  if (promise !== undefined) memory.jobs = [...memory.jobs, { thread, promise }]
}

interface Start {
  readonly state: ThreadState
  readonly isPermitted: boolean
  readonly plainLeft?: number
  /** Where it slept. */
  readonly waitOutcome?: 'ok' | 'timed-out'
}

const goOn = (
  memory: ModelMemory,
  role: Role,
  { state, isPermitted, plainLeft = Number.POSITIVE_INFINITY, waitOutcome }: Start,
): Step => {
  const run: Run = {
    thread: state.thread,
    history: [...state.history],
    position: 0,
    segment: [...state.segment],
    isPermitted,
    waitOutcome: state.isWaiting ? waitOutcome : undefined,
    plainLeft,
    pending: undefined,
    isWaiting: false,
  }
  const done: Done[] = []
  let known = state.history.length
  let { begin, job, awaited } = state
  memory.run = run
  try {
    for (let turns = 0; turns < TURNS_MAX; turns += 1) {
      const outcome = job === undefined ? role.turn() : job.callback()
      done.push(...run.history.slice(known))
      known = 0
      if (job !== undefined && job.next === awaited) awaited = undefined
      job = undefined
      if (outcome instanceof ModelPromise) awaited = outcome
      begin = saveFields(role)
      run.history = []
      run.position = 0
      const isOver = outcome === false
      if (isOver || awaited !== undefined) {
        const pending = isOver ? undefined : IDLE
        return { done, state: stateOf({ ...state, ...parts(run), begin, job, awaited, pending }) }
      }
    }
    throw new ModelFailure(
      'endless loop',
      `${role.name}: ${TURNS_MAX} turns without an atomic access`,
    )
  } catch (error) {
    done.push(...run.history.slice(known))
    if (error === DIED) return die(memory, role, { ...state, ...parts(run), begin }, done)
    if (error !== SUSPENDED) throw Object.assign(error as Error, { done })
    return { done, state: stateOf({ ...state, ...parts(run), begin, job, awaited }) }
  } finally {
    memory.run = undefined
  }
}

const parts = ({ history, segment, pending, isWaiting }: Run) => ({
  history,
  segment,
  pending,
  isWaiting,
})

/** The heap of a dead thread is gone; its successor begins behind all that it did. */
const die = (memory: ModelMemory, role: Role, state: ThreadState, done: readonly Done[]): Step => {
  const { thread } = state
  memory.waiters = memory.waiters.filter((one) => one.thread !== thread)
  memory.jobs = memory.jobs.filter((one) => one.thread !== thread)
  restoreFields(state.begin)
  role.succeed?.()
  const next = startThread(memory, role, thread)
  const segment = [...state.segment, ...next.state.segment]
  return { done: [...done, ...next.done], state: stateOf({ ...next.state, segment }) }
}

const stateOf = (state: Omit<ThreadState, 'key'>): ThreadState => {
  const { begin, history, segment, pending, isWaiting, job, awaited } = state
  const answers = history.map(({ answer }) => (typeof answer === 'object' ? answer.key : answer))
  const open = segment.map(({ at, bytes, isWrite }) => `${at}${isWrite ? 'w' : 'r'}${bytes}`)
  const place = `${pending?.kind}${isWaiting}${job?.key}${awaited?.key}`
  return { ...state, key: `${begin.key}|${answers.join()}|${open.join()}|${place}` }
}
