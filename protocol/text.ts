/** Short texts in a block: ASCII, left-justified, NUL-padded. The first NUL ends the text. */

/** The text in the `bytes` bytes at `at`. Allocates the string it returns. */
export function readText(view: DataView, at: number, bytes: number): string {
  let text = ''
  for (let i = 0; i < bytes; i++) {
    const code = view.getUint8(at + i)
    if (code === 0) break
    text += String.fromCharCode(code)
  }
  return text
}

/** Throws RangeError when the text does not fit or is not printable ASCII: that is a fault of the caller's. */
export function writeText(view: DataView, at: number, bytes: number, text: string): void {
  if (text.length > bytes) throw new RangeError(`'${text}' is longer than ${bytes} characters`)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x20 || code > 0x7e) throw new RangeError(`'${text}' is not printable ASCII`)
    view.setUint8(at + i, code)
  }
  for (let i = text.length; i < bytes; i++) view.setUint8(at + i, 0)
}

/** Copies `bytes` bytes between blocks, a word at a time: for the 16 to 200 bytes of a field or block. */
export function copyBytes(
  from: DataView,
  fromAt: number,
  to: DataView,
  toAt: number,
  bytes: number,
): void {
  let i = 0
  for (; i + 4 <= bytes; i += 4) to.setInt32(toAt + i, from.getInt32(fromAt + i, true), true)
  for (; i < bytes; i++) to.setUint8(toAt + i, from.getUint8(fromAt + i))
}

/** Whether the text at `at` is 1 to `bytes` characters of A-Z a-z 0-9 _ - and then only NULs. */
export function isIdentifier(view: DataView, at: number, bytes: number): boolean {
  let length = 0
  while (length < bytes && isIdentifierCode(view.getUint8(at + length))) length++
  for (let i = length; i < bytes; i++) if (view.getUint8(at + i) !== 0) return false
  return length > 0
}

const isIdentifierCode = (c: number): boolean =>
  (c >= 0x61 && c <= 0x7a) ||
  (c >= 0x30 && c <= 0x39) ||
  (c >= 0x41 && c <= 0x5a) ||
  c === 0x5f ||
  c === 0x2d
