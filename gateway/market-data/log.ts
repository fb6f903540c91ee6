/** The part of a pino logger that the market-data gateway uses. `event` is a stable code. */
export interface Log {
  info(fields: LogFields, text: string): void
  warn(fields: LogFields, text: string): void
  error(fields: LogFields, text: string): void
}

export interface LogFields {
  readonly event: string
  readonly [name: string]: unknown
}
