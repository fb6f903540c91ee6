import type { CrashCase } from './crash-case.ts'
export const LOST_FILE_CASES: readonly CrashCase[] = []
