/**
 * Takes the lock of a directory, says so and stays until it is killed. Run by directory-lock.test.ts.
 */
import { lockDirectory } from '../../storage/directory-lock.ts'

const [, , directory, way] = process.argv
lockDirectory(directory!, { useFlock: way === 'flock' })
process.stdout.write('locked\n')
setInterval(() => process.stdout.write(''), 60_000)
