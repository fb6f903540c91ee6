/** What the Ed25519 signature of a Logon covers: who speaks, to whom and when, so that it is good for one Logon only. */
export function logonSignedText(logon: {
  readonly sender: string
  readonly target: string
  readonly msgSeqNum: number
  /** µs since 1970. */
  readonly sendingTimeUs: number
}): string {
  const { sender, target, msgSeqNum, sendingTimeUs } = logon
  return ['A', sender, target, String(msgSeqNum), fixTime(sendingTimeUs)].join('\x01')
}

/** 1719487045225000 → '20240627-11:17:25.225000' */
export function fixTime(timeUs: number): string {
  const iso = new Date(Math.floor(timeUs / 1000)).toISOString()
  const date = iso.slice(0, 10).replaceAll('-', '')
  return `${date}-${iso.slice(11, 23)}${String(timeUs % 1000).padStart(3, '0')}`
}
