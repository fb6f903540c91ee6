/**
 * Memory for large tables that begins at a page, so that a record of 64 bytes is one cache line:
 *
 *   ArrayBuffer      | 16 | record 0 .. | ..record 0 | record 1 ..      malloc's header: each record lies on two lines
 *   column memory    | record 0         | record 1         |            64-byte records are cache lines
 *
 * Pages of the usual size: huge ones (`madvise`) made a book of a million orders 7 % faster, but a table that grows
 * waits for the kernel to find and clear them, and the slowest hundredth of orders took 15 ms instead of 9.
 */

/** As much of it as is wanted: neither `lib` nor @types/node has it without the browser's. */
declare const WebAssembly: {
  readonly Memory: new (pages: {
    readonly initial: number
    readonly maximum: number
  }) => {
    readonly buffer: ArrayBuffer
  }
}

/** WebAssembly's page: its memories lie at page boundaries, and are the only such ones in JavaScript. */
const WASM_PAGE_BYTES = 64 * 1024
/** Below this the boundary is not worth a mapping of its own. */
const ALIGNED_FROM_BYTES = WASM_PAGE_BYTES

/** At least `bytes` zeroes, the caller's alone. */
export function columnMemory(bytes: number): ArrayBuffer {
  if (bytes < ALIGNED_FROM_BYTES) return new ArrayBuffer(bytes)
  const pages = Math.ceil(bytes / WASM_PAGE_BYTES)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer
  } catch {
    // V8 reserves gigabytes of addresses behind each, which a process may be denied: other memory
    // does as well, a little slower.
    return new ArrayBuffer(bytes)
  }
}
