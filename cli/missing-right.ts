/** Which right a user lacks on a path that was refused: on itself, or on a directory above it. */
import { accessSync, constants, existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** What this user may not do, and where: 'write to /var/lib/tradsys'. */
export function missingRight(path: string): string {
  const whole = resolve(path)
  for (const above of directoriesAbove(whole)) {
    if (!existsSync(above)) return `write to ${dirname(above)}`
    if (!may(above, constants.X_OK)) return `enter ${above}`
  }
  if (!existsSync(whole)) return `write to ${dirname(whole)}`
  if (!may(whole, constants.R_OK)) return `read ${whole}`
  return `write to ${may(whole, constants.W_OK) ? dirname(whole) : whole}`
}

/** From the root on. */
function directoriesAbove(path: string): string[] {
  const above = dirname(path)
  return above === path ? [] : [...directoriesAbove(above), above]
}

function may(path: string, right: number): boolean {
  try {
    accessSync(path, right)
    return true
  } catch {
    return false
  }
}
