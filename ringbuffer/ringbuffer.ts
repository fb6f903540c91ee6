/**
 * What `tradsys/ringbuffer` exports: bytes between threads, without locks. ENGINE.md has the guide, and this list is its table of
 * contents.
 */

// One producer that waits for nobody.
export {
  allocateBroadcastRing,
  type BroadcastOptions,
} from './broadcast/allocate-broadcast-ring.ts'
export { BroadcastGauge } from './broadcast/broadcast-gauge.ts'
export { BroadcastReader, type BroadcastReaderOptions } from './broadcast/broadcast-reader.ts'
export { BroadcastProducer } from './broadcast/broadcast-ring.ts'
// The sleep of a thread, and what it does before.
export { allocateDoorbell, Doorbell } from './doorbell.ts'
// What a full ring does, and how many records are read in one go.
export { DROPPED, type FullRingPolicy, PolicyProducer } from './full-ring-policy.ts'
export { Idler, type IdleStrategy } from './idle-strategy.ts'
// Many producers, one consumer.
export { allocateMpscRing, type MpscRingOptions } from './mpsc/allocate-mpsc-ring.ts'
export { MpscGauge } from './mpsc/mpsc-gauge.ts'
export { MpscConsumer, MpscProducer } from './mpsc/mpsc-ring.ts'
// One producer, several consumers that all get all of it.
export {
  allocateMulticastRing,
  type MulticastOptions,
} from './multicast/allocate-multicast-ring.ts'
export { MulticastGate } from './multicast/multicast-gate.ts'
export { MulticastGauge } from './multicast/multicast-gauge.ts'
export { MulticastReader } from './multicast/multicast-reader.ts'
export { MulticastProducer } from './multicast/multicast-ring.ts'
export { allocatePolicyCounters, PolicyCounters, PolicyGauge } from './policy-gauge.ts'
export { ABORT, BREAK, COMMIT, CONTINUE, type RecordHandler, readBatch } from './read-batch.ts'
// One producer, one consumer.
export { allocateRing, type RingOptions } from './spsc/allocate-ring.ts'
export { RingGauge } from './spsc/ring-gauge.ts'
export { EMPTY, FULL, RingConsumer, RingProducer } from './spsc/spsc-ring.ts'
