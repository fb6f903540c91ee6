/**
 * The inside of a worker: builds the roles that the plan gives to this thread and lives its duty cycle.
 *
 * The main thread leads it through Comlink: prepare each role in the order that recovery wants, run, drain, stop. That is
 * the control plane; no message of the exchange ever takes this way.
 */
import { getHeapStatistics } from 'node:v8'
import { parentPort } from 'node:worker_threads'
import * as Comlink from 'comlink'
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs'
import type { IdleStrategy } from '../../ringbuffer/idle-strategy.ts'
import { textOf } from '../actor/thrown.ts'
import { allowedCpus, pinThisThread, threadCpuMs } from './affinity.ts'
import { DutyCycle } from './duty-cycle.ts'
import { inlineMore } from './inlining.ts'
import { Mesh, type MeshMemory } from './mesh.ts'
import type { Role } from './role.ts'
import { setSchedulingClass, THIS_THREAD } from './scheduling.ts'
import { nameThisThread } from './thread-name.ts'

/** Makes one role; `info` is what the main thread wants to know of it, such as the port it listens on. */
export type RoleFactory<Settings> = (
  mesh: Mesh,
  settings: Settings,
  log: Log,
  /** Gives a further role its turns on this thread, from now on. */
  adopt: (role: Role, requests: RoleRequests) => void,
) => Promise<{
  readonly role: Role
  readonly info?: unknown
  /** What the main thread may ask of this role while it lives, by name. */
  readonly requests?: RoleRequests
}>

export type RoleRequests = Readonly<Record<string, (...args: readonly never[]) => unknown>>

export type LogLevel = 'info' | 'warn' | 'error'

/** A stable code and what belongs to it; the main thread writes it down. For rare events: each is a posted message. */
export type Log = (
  event: string,
  fields: Readonly<Record<string, unknown>>,
  /** @default 'info' */
  level?: LogLevel,
) => void

export interface WorkerStart<Settings> {
  readonly thread: string
  readonly mesh: MeshMemory
  readonly settings: Settings
}

export interface ThreadControl {
  /** Pins the thread as planned. Returns why it could not be, or undefined. */
  pin(): string | undefined
  /** From now on it runs before all ordinary threads (scheduling.ts). Returns why it could not be so, or undefined. */
  runInRealTime(): string | undefined
  /** Builds a role. What is wrong comes back as a value: an error would lose its code on the way. */
  prepare(role: string): Promise<Prepared>
  /** One of a role's own requests. */
  request(role: string, name: string, args: readonly unknown[]): Promise<unknown>
  /** Takes a role out of this thread, without closing it: it goes on elsewhere. */
  release(role: string): void
  /** How it idles from now on. */
  setIdle(idle: IdleStrategy): void
  /** What the operating system says of this thread. */
  usage(): ThreadUsage
  /** Its roles take nothing new from outside; what was taken is finished. */
  drain(): void
  run(): void
  isQuiet(): boolean
  stop(): Promise<void>
}

export interface ThreadUsage {
  /** CPU time of this thread since its start, ms; undefined where the host does not say. */
  readonly cpuMs: number | undefined
  readonly allowedCpus: readonly number[]
  readonly idle: IdleStrategy
  readonly heapBytes: number
}

export interface Prepared {
  readonly info?: unknown
  readonly failure?: ThreadFailure['failure']
}

/** What a failing thread tells the main thread, last of all. */
export interface ThreadFailure {
  readonly failure: { readonly message: string; readonly code?: string; readonly stack?: string }
}

export interface ThreadLog {
  readonly level: LogLevel
  readonly event: string
  readonly fields: Readonly<Record<string, unknown>>
}

export function serveThread<Settings>(
  start: WorkerStart<Settings>,
  factories: Readonly<Record<string, RoleFactory<Settings>>>,
): void {
  const port = parentPort
  if (port === null) throw new Error('serveThread runs in a worker')
  const plan = start.mesh.plan.find((thread) => thread.name === start.thread)
  if (plan === undefined) throw new Error(`no thread '${start.thread}' in this plan`)
  inlineMore()
  nameThisThread(plan.name)
  const mesh = new Mesh(start.mesh)
  const roles: Role[] = []
  const requests = new Map<string, RoleRequests>()
  const reportFailure = (error: unknown): void => {
    port.postMessage({ failure: failureOf(error) } satisfies ThreadFailure)
  }
  const log: Log = (event, fields, level = 'info') =>
    port.postMessage({ level, event, fields } satisfies ThreadLog)
  const bell = mesh.bell(plan.name)
  const cycle = new DutyCycle({ plan, roles, bell, onFailure: reportFailure })
  const adopt = (role: Role, of: RoleRequests): void => {
    roles.push(role)
    requests.set(role.name, of)
  }
  const control: ThreadControl = {
    pin: () => pinAsPlanned(plan.cpu),
    runInRealTime: () => setSchedulingClass(THIS_THREAD, 'realTime'),
    async prepare(name) {
      const factory = factories[name]
      if (factory === undefined) throw new Error(`no role '${name}'`)
      try {
        const made = await factory(mesh, start.settings, log, adopt)
        const { role, info } = made
        roles.push(role)
        requests.set(name, made.requests ?? {})
        // Turns and ends are the plan's order, in whichever one they were made.
        roles.sort((a, b) => plan.roles.indexOf(a.name) - plan.roles.indexOf(b.name))
        return { info }
      } catch (error) {
        return { failure: failureOf(error) }
      }
    },
    async request(role, name, args) {
      const request = requests.get(role)?.[name]
      if (request === undefined) throw new Error(`role '${role}' has no request '${name}'`)
      return await request(...(args as never[]))
    },
    release(name) {
      const at = roles.findIndex((role) => role.name === name)
      if (at >= 0) roles.splice(at, 1)
      requests.delete(name)
    },
    setIdle(idle) {
      cycle.idle = idle
    },
    usage: () => ({
      ...{ cpuMs: threadCpuMs(), allowedCpus: allowedCpus(), idle: cycle.idle },
      heapBytes: getHeapStatistics().used_heap_size,
    }),
    drain: () => {
      for (const role of roles) role.drain?.()
    },
    run: () => cycle.start(),
    isQuiet: () => cycle.isQuiet,
    stop: () => cycle.stop(),
  }
  process.on('uncaughtException', (error) => {
    // Told last: the main thread ends a failed worker at once, and its sockets must be closed by then.
    void cycle.stop(true).then(
      () => reportFailure(error),
      () => reportFailure(error),
    )
  })
  Comlink.expose(control, nodeEndpoint(port))
}

function pinAsPlanned(cpu: number | undefined): string | undefined {
  if (cpu === undefined) return undefined
  const allowed = allowedCpus()
  const wanted = allowed[cpu % Math.max(1, allowed.length)]
  if (wanted === undefined) return 'this host does not say which CPUs may be used'
  const { pinned, reason } = pinThisThread(wanted)
  return pinned ? undefined : (reason ?? 'refused')
}

function failureOf(error: unknown): ThreadFailure['failure'] {
  if (!(error instanceof Error)) return { message: textOf(error) }
  const { message, stack } = error
  const code = (error as { code?: unknown }).code
  return {
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(typeof code === 'string' ? { code } : {}),
  }
}
