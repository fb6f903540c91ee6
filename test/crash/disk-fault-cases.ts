import type { CrashCase } from './crash-case.ts'
export const DISK_FAULT_CASES: readonly CrashCase[] = []
