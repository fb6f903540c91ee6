/** The flags that say who trades, and where. What they come to: profile.ts. */
import type { Command } from 'commander'

export const PROFILE_FILE = 'tradsys-profile.yaml'

export const withProfile = (command: Command): Command =>
  command
    .option('--url <host:port>', 'order entry of the exchange (default: 127.0.0.1:9000)')
    .option('--comp-id <id>', 'the session to log on as')
    .option('--key <file>', 'its private key in PEM, or the secret of an HMAC key')
    .option('--key-id <id>', 'of a key that tradsys key create has made')
    .option('--tls', 'connect by TLS')
    .option('--ca <file>', 'trust this certificate authority, in PEM')
    .option('--server-name <name>', 'that the certificate is for')
    .option('--profile <file>', `YAML with these: url, compId, key, … (default: ./${PROFILE_FILE})`)
