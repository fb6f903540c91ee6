/** An actor whose state cannot be read back once there is any; each thread loads this module by its address. */
import { behavior } from '../../../engine/actor/behavior.ts'
import { u32 } from '../../../engine/actor/fields.ts'
import { protocol, request } from '../../../engine/actor/message.ts'

export const Unreadable = protocol('unreadable', {
  Count: {},
  Counted: request({}, { count: u32 }),
})

export const unreadable = behavior(Unreadable, (ctx) => {
  let count = 0
  return {
    Count() {
      count++
    },
    Counted: () => ctx.reply(Unreadable.Counted, { count }),
    transfer(snapshot) {
      count = snapshot.number(count)
      if (count > 0 && snapshot.isRestoring) throw new Error('restoring fails')
    },
  }
})
