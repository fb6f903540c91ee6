/** `tradsys start`: the exchange, until it is told to stop. */
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { availableParallelism } from 'node:os'
import { createSecureContext } from 'node:tls'
import pino, { type Logger } from 'pino'
import { type Address, Exchange, type ExchangeOptions, type JournalTerms } from '../exchange.ts'
import { readKeys } from '../storage/key-file.ts'
import { CliError, describeError, ExitCode } from './cli-error.ts'
import { type Config, loadConfig } from './config.ts'
import { StageTimesFile } from './stage-times-file.ts'
import { defaultVenue, type VenueConfig, venueDefinition } from './venue-config.ts'
import { packageVersion } from './version.ts'

export interface StartFlags {
  readonly config?: readonly string[]
  readonly dataDir?: string
  readonly durability?: string
  readonly plan?: string
  readonly realTime?: boolean
  readonly orderEntryPort?: number
  readonly marketDataPort?: number
  readonly json?: boolean
  readonly quiet?: boolean
  readonly stageTimes?: string
}

export async function start(flags: StartFlags): Promise<void> {
  const running = await startExchange(flags)
  // Whoever reads the addresses may send a signal at once: it must be heard by then.
  const stopped = running.untilStopped()
  printAddresses(running, flags.json === true)
  await stopped
}

export interface RunningExchange {
  readonly exchange: Exchange
  readonly config: Config
  readonly venue: VenueConfig
  readonly logger: Logger
  /** Called before the exchange itself stops, last added first. */
  readonly beforeStop: (() => Promise<void>)[]
  /** From this call on signals are answered; resolves when all is sealed, and sets the exit status. */
  untilStopped(): Promise<void>
  /** As a signal would: ends what waits in `untilStopped`. */
  stopWith(exitCode: number): void
}

/** What has failed ends by itself in this time, or is ended. */
const LAST_WORDS_MS = 10_000

/** Four threads are hot when each role has its own; below that many CPUs they would only take turns. */
const CPUS_FOR_DEDICATED = 4

export async function startExchange(flags: StartFlags): Promise<RunningExchange> {
  const config = loadConfig({
    files: flags.config ?? [],
    flags: configOfFlags(flags),
    env: process.env,
  })
  const logger = pino(
    { level: config.logLevel, base: { service: 'tradsys', version: packageVersion() } },
    pino.destination({ dest: 2, sync: true }),
  )
  const stageTimes =
    flags.stageTimes === undefined ? undefined : new StageTimesFile(flags.stageTimes)
  const venue = config.venue ?? defaultVenue()
  refuseOpenDoor(config)
  let stopWith: (exitCode: number) => void = () => undefined
  const stopped = new Promise<number>((resolve) => {
    stopWith = resolve
  })
  const exchange = await Exchange.start({
    dataDirectory: config.dataDir,
    durability: config.durability,
    journal: journalTerms(config.journal),
    plan: config.plan ?? (availableParallelism() >= CPUS_FOR_DEDICATED ? 'dedicated' : 'shared'),
    realTime: config.realTime,
    ...(stageTimes === undefined ? {} : { stageTimes: stageTimes.memory }),
    orderEntry: orderEntryTerms(config.orderEntry),
    marketData: config.marketData,
    admission: config.admission,
    keys: publicKeys(venue, config),
    venue: venueDefinition(venue),
    version: packageVersion(),
    log: (event, fields, level = 'info') => logger[level]({ event, ...fields }),
    onFailure: (error) => {
      const { line, exitCode } = describeError(error)
      logger.fatal({ event: 'exchange.halted', err: error }, line)
      stopWith(exitCode)
      // A thread that hangs in a call of the kernel cannot be ended from within.
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), LAST_WORDS_MS).unref()
    },
  })
  const beforeStop: (() => Promise<void>)[] = []
  return {
    ...{ exchange, config, venue, logger, beforeStop, stopWith },
    async untilStopped() {
      const onInterrupt = (): void => stopWith(ExitCode.Interrupted)
      const onTerminate = (): void => stopWith(ExitCode.Terminated)
      process.once('SIGINT', onInterrupt).once('SIGTERM', onTerminate)
      const keepAlive = setInterval(() => undefined, 1 << 30)
      process.exitCode = await stopped
      clearInterval(keepAlive)
      logger.info({ event: 'exchange.stopping' })
      try {
        for (const step of beforeStop.reverse()) await step()
      } finally {
        await exchange.stop()
      }
      const why = stageTimes?.write()
      if (why !== undefined) logger.warn({ event: 'stage-times.unwritten', why })
      logger.info({ event: 'exchange.stopped' })
    },
  }
}

function journalTerms({
  segmentMiB,
  reserveMiB,
  keepGiB,
  ...snapshots
}: Config['journal']): JournalTerms {
  return {
    ...snapshots,
    segmentBytes: segmentMiB * 2 ** 20,
    reserveBytes: reserveMiB * 2 ** 20,
    ...(keepGiB === undefined ? {} : { keepBytes: keepGiB * 2 ** 30 }),
  }
}

function configOfFlags(flags: StartFlags): Record<string, unknown> {
  const port = (value: number | undefined) => (value === undefined ? undefined : { port: value })
  return {
    dataDir: flags.dataDir,
    durability: flags.durability,
    plan: flags.plan,
    realTime: flags.realTime,
    orderEntry: port(flags.orderEntryPort),
    marketData: port(flags.marketDataPort),
    logLevel: flags.quiet ? 'warn' : undefined,
  }
}

function orderEntryTerms({
  tls,
  throttle,
  resetTime,
  accountSessions,
  sendingTimeSeconds,
  ...address
}: Config['orderEntry']): ExchangeOptions['orderEntry'] {
  const plain = {
    ...address,
    limits: {
      accountSessionsMax: accountSessions,
      sendingTimeUsMax: sendingTimeSeconds * 1e6,
    },
    ...(throttle === undefined ? {} : { throttle }),
    ...(resetTime === undefined ? {} : { resetTimeUs: usOfDay(resetTime) }),
  }
  if (tls === undefined) return plain
  const { host, port, minVersion } = tls
  const cert = pemOf('certFile', tls.certFile)
  const key = pemOf('keyFile', tls.keyFile)
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    throw new CliError('config-tls-invalid', ExitCode.Configuration, {
      what: `orderEntry.tls: ${tls.certFile} and ${tls.keyFile} are no certificate and its key: ${(error as Error).message}`,
      mend: 'Name a certificate in PEM and the private key that it was made for',
    })
  }
  return { ...plain, tls: { host, port, minVersion, cert, key } }
}

/** Of a time like 21:30, since midnight. */
const usOfDay = (time: string): number =>
  (Number(time.slice(0, 2)) * 60 + Number(time.slice(3))) * 60_000_000

function pemOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CliError('config-tls-unreadable', ExitCode.Configuration, {
      what: `cannot read ${file}, orderEntry.tls.${name}`,
      mend: `Correct ${name}`,
    })
  }
}

/** Paper admission lets anybody in who can connect: fine on this machine, on no other address. */
function refuseOpenDoor(config: Config): void {
  if (config.admission === 'listed') return
  const { host: plainHost, tls } = config.orderEntry
  const host = [plainHost, tls?.host ?? plainHost].find((one) => !isLoopback(one))
  if (host === undefined) return
  throw new CliError('config-open-door', ExitCode.Configuration, {
    what: `admission 'paper' lets anybody trade, and order entry would listen on ${host}`,
    mend: "Set admission to 'listed' and list sessions with keys, or listen on 127.0.0.1",
  })
}

/** A name may begin with 127. too, and lead anywhere. */
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))

/** Who is listed must prove to be the one: a name alone proves nothing. */
function publicKeys(
  { sessions, dropCopies }: VenueConfig,
  { admission, dataDir }: Config,
): Record<string, string> {
  const withKeys = new Set(readKeys(dataDir).map(({ session }) => session))
  // Sessions that were defined while it ran (tradsys account create) stand in the journal, and have their keys here.
  if (admission === 'listed' && sessions.length === 0 && withKeys.size === 0) {
    throw new CliError('config-no-sessions', ExitCode.Configuration, {
      what: "admission 'listed' lets in whoever has a key, and nobody has: the venue lists no session",
      mend: "List sessions under venue.sessions, make a key (tradsys key create), or set admission to 'paper'",
    })
  }
  const keys: Record<string, string> = {}
  for (const { compId, publicKeyFile } of [...sessions, ...dropCopies]) {
    if (publicKeyFile !== undefined) keys[compId] = publicKey(compId, publicKeyFile)
    else if (admission === 'listed' && !withKeys.has(compId)) {
      throw new CliError('config-key-missing', ExitCode.Configuration, {
        what: `session ${compId} has neither a publicKeyFile nor a key in ${dataDir}, so with admission 'listed' nobody could log on as it`,
        mend: "Name its Ed25519 public key, make a key (tradsys key create), or set admission to 'paper'",
      })
    }
  }
  return keys
}

/** The PEM text of a key that is known to be one. */
function publicKey(compId: string, file: string): string {
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch {
    throw new CliError('config-key-unreadable', ExitCode.Configuration, {
      what: `cannot read the public key of session ${compId}, ${file}`,
      mend: 'Correct publicKeyFile',
    })
  }
  if (isEd25519(pem)) return pem
  throw new CliError('config-key-invalid', ExitCode.Configuration, {
    what: `the key of session ${compId}, ${file}, is no Ed25519 public key in PEM`,
    mend: 'Make one: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout',
  })
}

function isEd25519(pem: string): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === 'ed25519'
  } catch {
    return false
  }
}

export function printAddresses(running: RunningExchange, asJson: boolean): void {
  const { exchange, config } = running
  const { tls } = exchange.orderEntry
  const text = ({ host, port }: Address): string => `${host}:${port}`
  if (asJson) {
    const facts = {
      orderEntry: text(exchange.orderEntry),
      ...(tls === undefined ? {} : { orderEntryTls: text(tls) }),
      marketData: text(exchange.marketData),
      dataDir: config.dataDir,
      pid: process.pid,
    }
    process.stdout.write(`${JSON.stringify(facts)}\n`)
    return
  }
  process.stdout.write(
    [
      `Order entry   tcp://${text(exchange.orderEntry)}`,
      ...(tls === undefined ? [] : [`by TLS        tls://${text(tls)}`]),
      `Market data   ws://${text(exchange.marketData)}/ws`,
      `REST          http://${text(exchange.marketData)}/api/v3/exchangeInfo`,
      `Metrics       http://${text(exchange.marketData)}/metrics`,
      `Data          ${config.dataDir} (${config.durability})`,
      '',
    ].join('\n'),
  )
}
