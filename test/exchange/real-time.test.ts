/** `start --real-time`: which of its threads run before all others of the machine, and what it says where it may not. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { PLANS } from '../../exchange-plans.ts'
import { Premises } from './premises.ts'

const SCHED_RR = '2'
const NAMES = PLANS.shared.map(({ name }) => name)

/** By thread's name: its scheduling class. proc(5): the 41st field, 38 behind the state that follows the name. */
function classesOf(pid: number): Map<string, string | undefined> {
  const classes = new Map<string, string | undefined>()
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
    const end = stat.lastIndexOf(')')
    classes.set(stat.slice(stat.indexOf('(') + 1, end), stat.slice(end + 2).split(' ')[38])
  }
  return classes
}

test('real time: the threads of the plan have it, and nobody else; or the log says why not', async (t) => {
  if (process.platform !== 'linux') return t.skip('scheduling classes are Linux’s')
  const premises = new Premises(t)
  const exchange = await premises.start({ flags: ['--real-time', '--plan', 'shared'] })
  const classes = classesOf(exchange.pid)
  const inRealTime = [...classes].filter(([, its]) => its === SCHED_RR).map(([name]) => name)
  if (inRealTime.length > 0) assert.deepEqual(inRealTime.sort(), [...NAMES].sort())
  else {
    assert.match(exchange.stderr, /"thread\.ordinary".*CAP_SYS_NICE/)
    t.diagnostic('this host lets nobody run in real time')
  }
  await exchange.end('SIGTERM')
})
