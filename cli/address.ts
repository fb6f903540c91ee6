/** HOST:PORT, as it is given on the command line. */
import { CliError, ExitCode } from './cli-error.ts'

export function parseAddress(flag: string, text: string): { host: string; port: number } {
  const match = /^(?:tcp:\/\/|ws:\/\/|http:\/\/)?([^:/]+|\[[^\]]+\]):(\d{1,5})$/.exec(text)
  if (match === null || Number(match[2]) > 65535) {
    throw new CliError('usage-address', ExitCode.Usage, {
      what: `${flag} '${text}' is not HOST:PORT`,
      mend: 'Give it as printed by tradsys start, such as 127.0.0.1:9000',
    })
  }
  return { host: match[1]!, port: Number(match[2]) }
}
