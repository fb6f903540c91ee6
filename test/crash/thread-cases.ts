import type { CrashCase } from './crash-case.ts'
export const THREAD_CASES: readonly CrashCase[] = []
