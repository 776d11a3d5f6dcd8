/** An S3-compatible server for tests: OpenStack Swift with its s3api, as Debian packages it. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

export interface SwiftServer {
  readonly endpoint: string
  readonly accessKeyId: string
  readonly secretAccessKey: string
  stop(): Promise<void>
}

const KINDS = ['account', 'container', 'object'] as const
/** How often the server is asked whether it is up, and after how many times it is given up. */
const ASK_EVERY_MS = 100
const ASKS_MAX = 300

/** Waits until it answers. Needs the packages `swift-proxy`, `swift-account`, `swift-container` and `swift-object`. */
export async function startSwift(): Promise<SwiftServer> {
  const folder = mkdtempSync(join(tmpdir(), 'hapi-swift-'))
  mkdirSync(join(folder, 'dev', 'd1'), { recursive: true })
  const children: ChildProcess[] = []
  const launch = (kind: string, configuration: string): void => {
    const path = join(folder, `${kind}.conf`)
    writeFileSync(path, configuration)
    children.push(spawn(`/usr/bin/swift-${kind}-server`, [path], { stdio: 'ignore' }))
  }
  const common = (port: number): string =>
    `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${port}\nworkers = 0\nuser = ${userInfo().username}\nswift_dir = ${folder}\n`
  const ports = new Map<string, number>()
  for (const kind of KINDS) ports.set(kind, await freePort())
  const words = [...ports].map(([kind, port]) => `${kind}=${port}`)
  execFileSync('/usr/bin/python3', ['-c', RINGS, folder, ...words], { stdio: 'ignore' })
  for (const [kind, port] of ports) launch(kind, `${common(port)}${storage(folder, kind)}`)
  const port = await freePort()
  launch('proxy', `${common(port)}${PROXY}`)
  const endpoint = `http://127.0.0.1:${port}`
  // The proxy answers before those behind it do, and then refuses what needs them.
  for (const each of [...ports.values(), port]) await untilUp(`http://127.0.0.1:${each}`)
  return {
    endpoint,
    accessKeyId: 'test:tester',
    secretAccessKey: 'testing',
    stop: async () => {
      await Promise.all(
        children.map(
          (child) =>
            new Promise<void>((resolve) => {
              child.once('exit', () => resolve())
              if (!child.kill('SIGKILL')) resolve()
            }),
        ),
      )
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** One partition on one device, for each kind of server. */
const RINGS = `
import sys
from swift.common.ring import RingBuilder
for kind, port in (word.split("=") for word in sys.argv[2:]):
    builder = RingBuilder(1, 1, 1)
    builder.add_dev({"region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(sys.argv[1] + "/" + kind + ".ring.gz")
`

function storage(folder: string, kind: string): string {
  return `devices = ${folder}/dev
mount_check = false
log_address = ${folder}/none
recon_cache_path = ${folder}
[pipeline:main]
pipeline = ${kind}-server
[app:${kind}-server]
use = egg:swift#${kind}
`
}

const PROXY = `[pipeline:main]
pipeline = catch_errors cache s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
allow_account_management = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
s3_acl = false
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null
          ? resolve(address.port)
          : reject(new Error('no port')),
      )
    })
  })
}

async function untilUp(endpoint: string): Promise<void> {
  for (let asks = 0; asks < ASKS_MAX; asks++) {
    try {
      await fetch(endpoint)
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS))
    }
  }
  throw new Error('Swift does not answer')
}
