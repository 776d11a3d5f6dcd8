/** Starts the ceiling in a process of its own. */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { freePort, type Target, TargetProcess } from './target.ts'

const SERVER = join(import.meta.dirname, 'ceiling', 'server.ts')

export async function startCeilingTarget(url: string): Promise<Target> {
  const port = await freePort()
  const child = spawn(process.execPath, ['--import', 'tsx', SERVER], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      DATABASE_URL: url,
      PORT: String(port),
    },
  })
  const target = new TargetProcess('ceiling', child, port)
  await target.untilReady('/ready')
  return target
}
