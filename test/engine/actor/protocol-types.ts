/**
 * What the compiler is to refuse: each line below a `@ts-expect-error` is a mistake that somebody made, and the build fails when one
 * of them passes. Nothing here is run.
 */
import { answerTo, behavior, type Context } from '../../../engine/actor/behavior.ts'
import { text, u32 } from '../../../engine/actor/fields.ts'
import { packed, protocol, request } from '../../../engine/actor/message.ts'
import { type Ref, refTo } from '../../../engine/actor/ref.ts'
import type { ActorSystem } from '../../../engine/system/actor-system.ts'
import type { TestSystem } from '../../../engine/system/test-system.ts'

const A = protocol('a', {
  X: { n: u32 },
  Ask: request({ n: u32 }, { m: u32 }),
  Any: packed<string>(),
})
const B = protocol('b', { X: { n: u32 }, Meet: { who: refTo('a') } })

export function sends(
  ctx: Context<'a'> | ActorSystem | TestSystem,
  { a, b, some }: { a: Ref<'a'>; b: Ref<'b'>; some: Ref },
): void {
  ctx.tell(a, A.X, { n: 1 })
  ctx.tell(a, A.Any, 'text')
  ctx.tell(b, B.Meet, { who: a })
  // Of one whose protocol nobody knows here, whoever sends must.
  ctx.tell(some, A.X, { n: 1 })
  // @ts-expect-error another protocol's
  ctx.tell(b, A.X, { n: 1 })
  // @ts-expect-error another protocol's, in a field
  ctx.tell(b, B.Meet, { who: b })
  // @ts-expect-error a text for a number
  ctx.tell(a, A.X, { n: '1' })
  // @ts-expect-error a field is missing
  ctx.tell(a, A.X, {})
  // @ts-expect-error no such field
  ctx.tell(a, A.X, { n: 1, o: 2 })
  // @ts-expect-error nobody
  ctx.tell(undefined, A.X, { n: 1 })
  // @ts-expect-error no address
  ctx.tell('a', A.X, { n: 1 })
}

export async function asks(
  system: ActorSystem,
  { a, b }: { a: Ref<'a'>; b: Ref<'b'> },
): Promise<number> {
  // @ts-expect-error no request
  await system.ask(a, A.X, { n: 1 })
  // @ts-expect-error another protocol's
  await system.ask(b, A.Ask, { n: 1 })
  // @ts-expect-error no such option
  await system.ask(a, A.Ask, { n: 1 }, { timeout: 5 })
  const { m } = await system.ask(a, A.Ask, { n: 1 })
  return m
}

export function asksInTests(system: TestSystem, a: Ref<'a'>): number {
  // @ts-expect-error no request
  system.ask(a, A.X, { n: 1 })
  return system.ask(a, A.Ask, { n: 1 }).m
}

export function within(ctx: Context<'a'>, { a, b }: { a: Ref<'a'>; b: Ref<'b'> }): void {
  const inTime = { timeoutMs: 1 }
  ctx.ask(a, A.Ask, { n: 1 }, inTime)
  // @ts-expect-error no request
  ctx.ask(a, A.X, { n: 1 }, inTime)
  // @ts-expect-error another protocol's
  ctx.ask(b, A.Ask, { n: 1 }, inTime)
  // @ts-expect-error without a time
  ctx.ask(a, A.Ask, { n: 1 }, {})
  // @ts-expect-error another protocol's
  ctx.claim(b, A.X)
  const draft = ctx.claim(a, A.X)
  if (draft !== undefined) draft.n = 1
  ctx.reply(A.Ask, { m: 1 })
  ctx.replyTo(ctx.request, A.Ask, { m: 1 })
  // @ts-expect-error no request
  ctx.reply(A.X, {})
  // @ts-expect-error no request
  ctx.replyTo(ctx.request, A.X, {})
  // @ts-expect-error not its answer
  ctx.reply(A.Ask, { n: 1 })
  ctx.after(1, A.X, { n: 1 })
  ctx.cancel(A.X)
  // @ts-expect-error another protocol's
  ctx.after(1, B.X, { n: 1 })
  // @ts-expect-error another protocol's
  ctx.cancel(B.X)
  answerTo(A.Ask, (answer) => void answer?.m)
  // @ts-expect-error no request
  answerTo(A.X, () => undefined)
}

const handlers = { X: () => undefined, Ask: () => undefined, Any: () => undefined }

export const right = behavior(A, (ctx) => ({
  X: ({ n }) => ctx.after(n, A.X, { n: n + 1 }),
  Ask: ({ n }) => ctx.reply(A.Ask, { m: n }),
  Any: (words) => void words.length,
  terminated: (ref) => ctx.unwatch(ref),
  transfer(snapshot) {
    snapshot.number(1)
  },
  answers: [answerTo(A.Ask, (_answer, tag) => void tag.toFixed())],
}))
// @ts-expect-error a misspelt hook
export const misspelt = behavior(A, () => ({ ...handlers, terminatedd: () => undefined }))
// @ts-expect-error a misspelt message, which is missing too
export const missing = behavior(A, () => ({
  X: () => undefined,
  Ask: () => undefined,
  Anny: () => undefined,
}))
// @ts-expect-error one more handler than there are messages
export const surplus = behavior(A, () => ({ ...handlers, Y: () => undefined }))
// @ts-expect-error a handler that waits
export const waits = behavior(A, () => ({ ...handlers, X: async () => undefined }))
// @ts-expect-error a field that a message has not
export const field = behavior(A, () => ({ ...handlers, X: ({ o }) => void o }))
// @ts-expect-error an object is no field
export const fields = protocol('c', { X: { n: {} } })
export const sized = protocol('d', { X: { words: text(3) } })
