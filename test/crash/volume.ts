/**
 * File systems of a case's own: an ext4 in a file that can lose its power, and a small one that can be filled.
 *
 * Needs root, loop devices and xfsprogs; who has them not is told what is missing. All that is mounted is unmounted
 * with the scene, and when this process ends in any way that lets it say so.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Scene } from './crash-case.ts'

const MIB = 2 ** 20
/** The journal wants 64 MiB free; the rest is for some seconds of load. */
const LOOP_BYTES = 384 * MIB
/** What a dead process had mapped is let go of within a moment. */
const UNMOUNT_TRIES = 50

/** Mount points of ours. */
const mounted = new Set<string>()
process.once('exit', () => {
  for (const path of mounted) spawnSync('umount', ['-l', path])
})

function run(command: string, args: readonly string[]): void {
  const { error, status, stderr } = spawnSync(command, [...args], { encoding: 'utf8' })
  if (error !== undefined) throw new Error(`no ${command}`)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr.trim()}`)
}

/** A folder of its own below the temporary one, mounted as `mount` does it. */
function mountPoint(scene: Scene, mount: (path: string) => void): string {
  const path = mkdtempSync(join(tmpdir(), 'tradsys-mount-'))
  scene.after(() => {
    // Not recursive: whatever could not be unmounted is not ours to empty.
    rmdirSync(path)
  })
  mount(path)
  mounted.add(path)
  scene.after(() => unmount(path))
  return path
}

async function unmount(path: string): Promise<void> {
  if (!mounted.has(path)) return
  for (let tries = 1; ; tries++) {
    try {
      run('umount', [path])
      break
    } catch (error) {
      if (tries === UNMOUNT_TRIES) throw error
      await sleep(20)
    }
  }
  mounted.delete(path)
}

/** An ext4 file system in a file. `cut` is the end of its power: what was not synced is gone. */
export class LoopVolume {
  readonly path: string
  readonly #image: string

  static make(scene: Scene): LoopVolume {
    const directory = mkdtempSync(join(tmpdir(), 'tradsys-volume-'))
    scene.after(() => rmSync(directory, { recursive: true, force: true }))
    return new LoopVolume(scene, join(directory, 'volume.img'))
  }

  private constructor(scene: Scene, image: string) {
    this.#image = image
    writeFileSync(image, '')
    truncateSync(image, LOOP_BYTES)
    run('mkfs.ext4', ['-qF', image])
    this.path = mountPoint(scene, (path) => run('mount', ['-o', 'loop', image, path]))
  }

  /** Everything that is under way to the disk is lost from here on; nothing can be written any more. */
  cut(): void {
    run('xfs_io', ['-x', '-c', 'shutdown', this.path])
  }

  /** The power is back: as after a boot, the file system recovers from its own journal. */
  async powerUp(): Promise<void> {
    await unmount(this.path)
    run('mount', ['-o', 'loop', this.#image, this.path])
    mounted.add(this.path)
  }
}

/** A file system in memory that holds so many MiB. */
export const smallVolume = (scene: Scene, mib: number): string =>
  mountPoint(scene, (path) => run('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', path]))

const lacks = new Map<string, string | undefined>()

/** Asked once: only trying says what a container may do. */
function once(name: string, tryOut: (scene: Scene) => void | Promise<void>): Probe {
  return async () => {
    if (lacks.has(name)) return lacks.get(name)
    const scene = new Scene(0)
    let lack: string | undefined
    try {
      await tryOut(scene)
    } catch (error) {
      lack = error instanceof Error ? error.message : String(error)
    } finally {
      await scene.clear()
    }
    lacks.set(name, lack)
    return lack
  }
}

type Probe = () => Promise<string | undefined>

/** Why there can be none here, or undefined. */
export const missingSmallVolume: Probe = once('small', (scene) => void smallVolume(scene, 1))

export const missingLoopVolume: Probe = once('loop', async (scene) => {
  const volume = LoopVolume.make(scene)
  volume.cut()
  await volume.powerUp()
})
