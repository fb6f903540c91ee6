/**
 * Memory for large tables: whole pages, and huge ones where the host lets.
 *
 *   ArrayBuffer      | 16 | record 0 .. | ..record 0 | record 1 ..      malloc's header: each record lies on two lines
 *   column memory    | record 0         | record 1         |            64-byte records are cache lines
 *
 * A table of many megabytes that is read here and there misses the TLB at each step with pages of 4
 * KiB, and each page costs a fault the first time; huge pages (2 MiB) are asked for with `madvise`.
 * Where koffi, the kernel or a limit of addresses refuses, it is other memory: a matter of speed alone.
 */
import { createRequire } from 'node:module'

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
const HUGE_PAGE_BYTES = 2 * 1024 * 1024
/** Of <sys/mman.h>. */
const MADV_HUGEPAGE = 14

type Advise = (memory: Uint8Array, bytes: number, advice: number) => number

let advise: Advise | undefined

/** At least `bytes` zeroes, the caller's alone. */
export function columnMemory(bytes: number): ArrayBuffer {
  if (bytes < ALIGNED_FROM_BYTES) return new ArrayBuffer(bytes)
  const buffer = pagesFor(bytes)
  if (buffer === undefined) return new ArrayBuffer(bytes)
  if (buffer.byteLength >= HUGE_PAGE_BYTES) askForHugePages(buffer)
  return buffer
}

/** Undefined where the process may not map so much: V8 reserves gigabytes of addresses behind each. */
function pagesFor(bytes: number): ArrayBuffer | undefined {
  const pages = Math.ceil(bytes / WASM_PAGE_BYTES)
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages }).buffer
  } catch {
    return undefined // other memory does as well, a little slower
  }
}

function askForHugePages(buffer: ArrayBuffer): void {
  advise ??= findAdvise()
  // Whatever it answers: the memory is good.
  advise(new Uint8Array(buffer), buffer.byteLength, MADV_HUGEPAGE)
}

function findAdvise(): Advise {
  const refused: Advise = () => -1
  if (process.platform !== 'linux') return refused
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
    return koffi.load(null).func('int madvise(void *memory, size_t bytes, int advice)') as Advise
  } catch {
    return refused // native code that this host does not load
  }
}
