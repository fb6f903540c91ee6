import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'

const CHILD = `
  import { readFileSync, readdirSync } from 'node:fs'
  import { runWhenIdle } from '${new URL('../../engine/thread/idle-class.js', import.meta.url)}'
  const isIdle = runWhenIdle()
  // proc(5): the policy is the 41st field, 38 behind the state that follows the name.
  const policies = readdirSync('/proc/self/task').map((thread) =>
    readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[38])
  console.log(JSON.stringify({ isIdle, policies: [...new Set(policies)] }))
`

test('idle class: every thread of the process is of it', (t) => {
  if (process.platform !== 'linux') return t.skip('the idle class is Linux’s')
  const said = execFileSync(process.execPath, ['--input-type=module', '-e', CHILD], {
    encoding: 'utf8',
  })
  const { isIdle, policies } = JSON.parse(said) as { isIdle: boolean; policies: string[] }
  if (!isIdle) return t.skip('this host lets nobody into the idle class')
  assert.deepEqual(policies, ['5'])
})
