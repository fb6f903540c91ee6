/** The fresh process of `bench actor`: one bench. Argument: a FreshRun as JSON; prints one JSON line. */
import { allowedCpus } from '../../engine/thread/affinity.ts'
import type { FreshResult, FreshRun } from '../fresh-figures.ts'
import { OURS, PEERS } from './actor-benches.ts'

const { name, seconds } = JSON.parse(process.argv[2]!) as FreshRun
const bench = [...OURS, ...PEERS].find((one) => one.name === name)
if (bench === undefined) throw new Error(`bench: there is no '${name}'`)
const values = await bench.run(seconds)
const cpus = allowedCpus()
const notes = cpus.length < 2 ? [`not pinned to two CPUs: this process has ${cpus.length}`] : []
const result: FreshResult = { values, notes }
process.stdout.write(`${JSON.stringify(result)}\n`)
