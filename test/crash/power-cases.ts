import type { CrashCase } from './crash-case.ts'
export const POWER_CASES: readonly CrashCase[] = []
