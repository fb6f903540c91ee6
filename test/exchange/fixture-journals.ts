/** The journals of test/fixtures, unpacked where a test may write to them. */
import * as fs from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { temporaryDirectory } from '../storage/journal-fixture.ts'
import { checkout } from './premises.ts'

/** `of`: its folder's name. */
export function unpacked(t: TestContext, of: string): string {
  const from = join(checkout, 'test/fixtures', of)
  const directory = temporaryDirectory(t)
  for (const name of fs.readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.gz')) continue
    const to = join(directory, name.slice(0, -'.gz'.length))
    fs.mkdirSync(join(to, '..'), { recursive: true })
    fs.writeFileSync(to, gunzipSync(fs.readFileSync(join(from, name))))
  }
  return directory
}
