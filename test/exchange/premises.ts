/**
 * Where a test of the whole lives: a directory of its own and the `tradsys` processes that it starts there. Processes
 * are ended by their id, and the directory removed, when the test is over, however it ends.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Behind dist/test/exchange. */
export const checkout = fileURLToPath(new URL('../../..', import.meta.url))
const command = join(checkout, 'bin/tradsys')

/** A command that has not ended by then hangs. */
const RUN_MS_MAX = 60_000
/** From spawn to open doors; some 0.7 s on an idle machine. */
const START_MS_MAX = 30_000

export interface Ended {
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface StartOptions {
  readonly dataDir?: string
  /** @default 0: any free one */
  readonly orderEntryPort?: number
  readonly marketDataPort?: number
  /** Further flags. */
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** A process of ours: what it says is kept. */
export class TradsysProcess {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  stdout = ''
  stderr = ''
  isRunning = true

  constructor(args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}) {
    const stdio = ['ignore', 'pipe', 'pipe'] as const
    this.child = spawn(process.execPath, [command, ...args], {
      ...{ cwd, env: { ...ownEnvironment(), ...env } },
      stdio: [...stdio],
    })
    this.child.stdout!.on('data', (chunk: Buffer) => {
      this.stdout += chunk.toString('utf8')
    })
    this.child.stderr!.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString('utf8')
    })
    this.ended = new Promise((resolve, reject) => {
      this.child.on('error', reject)
      this.child.on('close', (status, signal) => {
        this.isRunning = false
        resolve({ status, signal, stdout: this.stdout, stderr: this.stderr })
      })
    })
  }

  get pid(): number {
    return this.child.pid!
  }

  /** Sends the signal and resolves when the process is gone. */
  async end(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal)
    return within(RUN_MS_MAX, `the end of ${this.pid} by ${signal}`, this.ended)
  }

  /** CPU time so far, in seconds. */
  get cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.pid}/stat`, 'latin1')
    // Behind the name, which may hold spaces: utime and stime are fields 14 and 15, in hundredths.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  }

  get residentBytes(): number {
    return this.#statusBytes('VmRSS')
  }

  /** Of these, what is the process's own and no file's: the journal is mapped, and grows. */
  get anonymousBytes(): number {
    return this.#statusBytes('RssAnon')
  }

  #statusBytes(name: string): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'latin1')
    return Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)![1]) * 1024
  }
}

/** An exchange with open doors. */
export class ExchangeProcess extends TradsysProcess {
  orderEntryPort = 0
  marketDataPort = 0

  get url(): string {
    return `http://127.0.0.1:${this.marketDataPort}`
  }

  async untilOpen(): Promise<this> {
    const endMs = performance.now() + START_MS_MAX
    while (!this.stdout.includes('\n')) {
      if (!this.isRunning) throw new Error(`the exchange ended at once: ${this.stderr}`)
      if (performance.now() > endMs) throw new Error(`doors not open in time: ${this.stderr}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    const facts = JSON.parse(this.stdout) as { orderEntry: string; marketData: string }
    this.orderEntryPort = Number(facts.orderEntry.split(':')[1])
    this.marketDataPort = Number(facts.marketData.split(':')[1])
    return this
  }

  async get(path: string): Promise<unknown> {
    const response = await fetch(this.url + path, { signal: AbortSignal.timeout(10_000) })
    return response.json()
  }

  /** All counters and gauges without labels, by name without `tradsys_`. */
  async metrics(): Promise<ReadonlyMap<string, number>> {
    const response = await fetch(`${this.url}/metrics`, { signal: AbortSignal.timeout(10_000) })
    const rows = (await response.text()).matchAll(/^tradsys_(\w+) (\S+)$/gm)
    return new Map([...rows].map(([, name, value]) => [name!, Number(value)]))
  }
}

export class Premises {
  readonly directory = mkdtempSync(join(tmpdir(), 'tradsys-exchange-'))
  readonly dataDir = join(this.directory, 'data')
  readonly #processes: TradsysProcess[] = []

  constructor(t: { readonly after: (end: () => Promise<void>) => void }) {
    t.after(() => this.#clear())
  }

  /** Writes a file beside the data directory and returns its path. */
  file(name: string, text: string): string {
    const path = join(this.directory, name)
    writeFileSync(path, text)
    return path
  }

  spawn(args: readonly string[], env?: Readonly<Record<string, string>>): TradsysProcess {
    return this.#keep(new TradsysProcess(args, this.directory, env))
  }

  /** Runs a command to its end. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
    return within(RUN_MS_MAX, `tradsys ${args.join(' ')}`, this.spawn(args, env).ended)
  }

  /** Spawns an exchange and does not wait for it. */
  launch(options: StartOptions = {}): ExchangeProcess {
    const { dataDir = this.dataDir, orderEntryPort = 0, marketDataPort = 0 } = options
    const places = ['--data-dir', dataDir, '--order-entry-port', String(orderEntryPort)]
    const args = ['start', '--json', ...places, '--market-data-port', String(marketDataPort)]
    const all = [...args, ...(options.flags ?? [])]
    return this.#keep(new ExchangeProcess(all, this.directory, options.env))
  }

  /** An exchange with open doors. */
  start(options: StartOptions = {}): Promise<ExchangeProcess> {
    return this.launch(options).untilOpen()
  }

  #keep<Process extends TradsysProcess>(started: Process): Process {
    this.#processes.push(started)
    return started
  }

  async #clear(): Promise<void> {
    for (const started of this.#processes) if (started.isRunning) await started.end('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}

/**
 * Below the ports that the kernel gives to outgoing connections: one of those could take an exchange's port while it is
 * down, and a client that knocks there could even meet itself.
 */
const FIXED_PORT_MIN = 15_000
const FIXED_PORT_COUNT = 17_000
/** Files of tests that run side by side begin at different ports. */
let portsTried = process.pid * 31

/** Two ports that nobody has now, and that nobody gets by chance. */
export async function freePorts(): Promise<{ orderEntryPort: number; marketDataPort: number }> {
  return { orderEntryPort: await freePort(), marketDataPort: await freePort() }
}

async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const port = FIXED_PORT_MIN + (portsTried++ % FIXED_PORT_COUNT)
    if (await isFree(port)) return port
  }
  throw new Error('no free port among a hundred')
}

function isFree(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.on('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Whoever runs the tests may have an exchange configured: that is none of ours. */
function ownEnvironment(): Record<string, string | undefined> {
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.filter(([name]) => !name.startsWith('TRADSYS__')))
}

async function within<T>(ms: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
