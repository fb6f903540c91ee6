/** The exchange's own encoding, as in protocol/WIRE.md: frames of Simple Binary Encoding. */
import type { Encoding } from '../encoding.ts'
import { SbeReader } from './sbe-reader.ts'
import { SbeVoice } from './sbe-voice.ts'

export const SBE: Encoding = {
  numbersSessionMessages: false,
  open: (outlet, turn) => ({ reader: new SbeReader(), voice: new SbeVoice(outlet, turn) }),
}
