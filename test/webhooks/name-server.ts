/** A name server on loopback that knows a few names (RFC 1035), and keeps silent when told to. */

import { createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Addresses by name: bytes of A (4) and AAAA (16) records; `null`: no answer to that question. */
export type Zone = Readonly<
  Record<
    string,
    { readonly a?: readonly number[] | null; readonly aaaa?: readonly number[] | null }
  >
>

export interface NameServer {
  /** As `Resolver.setServers` takes it. */
  readonly address: string
  readonly close: () => Promise<void>
}

const TYPE_A = 1
const CLASS_IN = 1
const NAME_ERROR = 3

export async function startNameServer(zone: Zone): Promise<NameServer> {
  const socket = createSocket('udp4')
  socket.on('message', (query, from) => {
    const { name, end } = readName(query)
    const type = query.readUInt16BE(end)
    const records = zone[name]
    const bytes = type === TYPE_A ? records?.a : records?.aaaa
    if (bytes === null) return
    socket.send(
      answerTo(query, end + 4, type, bytes, records === undefined),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    close: async () => {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function readName(query: Buffer): { name: string; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 }
}

function answerTo(
  query: Buffer,
  questionEnd: number,
  type: number,
  bytes: readonly number[] | undefined,
  isUnknown: boolean,
): Buffer {
  const head = Buffer.alloc(12)
  query.copy(head, 0, 0, 2)
  // A response, recursion asked for and available.
  head.writeUInt16BE(0x8180 | (isUnknown ? NAME_ERROR : 0), 2)
  head.writeUInt16BE(1, 4)
  head.writeUInt16BE(bytes === undefined ? 0 : 1, 6)
  const question = query.subarray(12, questionEnd)
  if (bytes === undefined) return Buffer.concat([head, question])
  const record = Buffer.alloc(12)
  // The name is that of the question, at byte 12.
  record.writeUInt16BE(0xc00c, 0)
  record.writeUInt16BE(type, 2)
  record.writeUInt16BE(CLASS_IN, 4)
  record.writeUInt32BE(60, 6)
  record.writeUInt16BE(bytes.length, 10)
  return Buffer.concat([head, question, record, Buffer.from(bytes)])
}
