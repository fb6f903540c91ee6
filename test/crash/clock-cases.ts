import type { CrashCase } from './crash-case.ts'
export const CLOCK_CASES: readonly CrashCase[] = []
