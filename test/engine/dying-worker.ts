/** A thread whose one role never comes about: the thread ends while it is made. */
import { workerData } from 'node:worker_threads'
import { serveThread, type WorkerStart } from '../../engine/thread/worker-thread.ts'

serveThread(workerData as WorkerStart<undefined>, {
  dying: () => {
    process.exit(3)
  },
})
