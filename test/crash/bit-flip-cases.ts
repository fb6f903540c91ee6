import type { CrashCase } from './crash-case.ts'
export const BIT_FLIP_CASES: readonly CrashCase[] = []
