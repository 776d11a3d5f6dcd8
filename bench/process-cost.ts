/** What processes have used so far, as Linux counts it; elsewhere nothing is known. */

import { readdirSync, readFileSync } from 'node:fs'

/** Linux gives times in hundredths of a second, whatever the kernel's own tick. */
const TICK_US = 10_000

interface ProcessStat {
  readonly parentPid: number
  readonly ownUs: number
  /** Of children that have ended. */
  readonly endedChildrenUs: number
}

/** CPU time of a process, in microseconds; undefined where `/proc` is not. */
export function cpuTimeUs(pid: number): number | undefined {
  return readStat(pid)?.ownUs
}

/** CPU time of a PostgreSQL server: its postmaster, its sessions, and those that have ended. */
export function serverCpuTimeUs(postmasterPid: number): number | undefined {
  const postmaster = readStat(postmasterPid)
  if (postmaster === undefined) return undefined
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readStat(Number(name)))
    .filter((stat) => stat?.parentPid === postmasterPid)
    .reduce(
      (total, stat) => total + (stat?.ownUs ?? 0),
      postmaster.ownUs + postmaster.endedChildrenUs,
    )
}

/** Resident memory of a process in bytes; undefined where `/proc` is not. */
export function residentBytes(pid: number): number | undefined {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readProc(pid, 'status') ?? '')?.[1]
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
}

function readStat(pid: number): ProcessStat | undefined {
  const text = readProc(pid, 'stat')
  if (text === undefined) return undefined
  // The name, in parentheses, may hold blanks; the fields after it are numbered from 3.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const field = (number: number): number => Number(fields[number - 3])
  return {
    parentPid: field(4),
    ownUs: (field(14) + field(15)) * TICK_US,
    endedChildrenUs: (field(16) + field(17)) * TICK_US,
  }
}

function readProc(pid: number, file: 'stat' | 'status'): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
