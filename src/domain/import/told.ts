/** What an import has refused: all of it told on, the first of it kept for the report. */

import type { ImportFault } from './import-record.ts'
import { type ImportRefusal, refusalsOf } from './refusal.ts'

/** Refusals that a report repeats: as many as somebody corrects in one go. */
const REPORTED_MAX = 100

export class Told {
  readonly refusals: ImportRefusal[] = []
  /** Rows that were entered without something that they say. */
  incomplete = 0
  #last = ''
  readonly #tell: (refusals: readonly ImportRefusal[]) => void | Promise<void>

  constructor(tell: (refusals: readonly ImportRefusal[]) => void | Promise<void>) {
    this.#tell = tell
  }

  async faults(faults: readonly ImportFault[]): Promise<void> {
    await this.tell(faults.flatMap((fault) => refusalsOf(fault, fault.error)))
  }

  async tell(refusals: readonly ImportRefusal[]): Promise<void> {
    if (refusals.length === 0) return
    this.#count(refusals)
    this.refusals.push(...refusals.slice(0, Math.max(0, REPORTED_MAX - this.refusals.length)))
    await this.#tell(refusals)
  }

  /** What is refused of one row comes together. */
  #count(refusals: readonly ImportRefusal[]): void {
    for (const { isRowEntered, file, line } of refusals) {
      const row = `${file}\n${line}`
      if (isRowEntered && row !== this.#last) this.incomplete++
      this.#last = row
    }
  }
}
