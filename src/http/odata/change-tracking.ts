/** The position that a tracked reading or a delta has in the change log, read in the snapshot of its rows (Protocol 4.01 §11.3). */

import { CHANGES_KEPT_DAYS } from '../../changes/change-log.ts'
import {
  DELTA_POSITION,
  type DeltaPosition,
  deltaPositionValues,
} from '../../changes/delta-position.ts'
import { textColumns } from '../../db/text-columns.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import type { StatementReader } from './execute-request.ts'

export class ChangeTracking {
  readonly #accountId: number
  readonly #since: DeltaPosition | undefined
  /** Where a client that is told to begin again finds everything. */
  readonly #everything: string
  #position: DeltaPosition | undefined

  /**
   * @param since the position whose changes are told; undefined when rows are read for the first time
   * @param begun the position of the first page, when a later one is read
   */
  constructor(
    accountId: number,
    {
      since,
      begun,
      everything,
    }: {
      readonly since?: DeltaPosition | undefined
      readonly begun: DeltaPosition | undefined
      readonly everything: string
    },
  ) {
    this.#accountId = accountId
    this.#since = since
    this.#position = begun
    this.#everything = everything
  }

  /** Where the next delta begins. */
  get position(): DeltaPosition {
    if (this.#position === undefined) throw new Error('The position is known once it is read')
    return this.#position
  }

  /** @throws {HapiError} DELTA_EXPIRED when changes that have to be told are kept no longer */
  async begin(session: Pick<StatementReader, 'open'>): Promise<void> {
    if (this.#position !== undefined && this.#since === undefined) return
    let texts: readonly (string | null)[] = []
    const values = deltaPositionValues(this.#accountId, this.#since)
    await session.open(DELTA_POSITION, values).next(0, (message, offset) => {
      texts = textColumns(message, offset)
    })
    const [snapshot, runs, isMissed] = texts
    if (typeof snapshot !== 'string' || typeof runs !== 'string')
      throw new Error('A select without a table gives one row')
    if (isMissed === 't') throw deltaExpired(this.#everything)
    this.#position ??= { snapshot, runs }
  }
}

/** A delta link that is no longer valid, and where everything is to be read again (Protocol 4.01 §11.3.2). */
export function deltaExpired(everything: string): HapiError {
  return new HapiError(
    'DELTA_EXPIRED',
    { days: CHANGES_KEPT_DAYS },
    { target: '$deltatoken', headers: { location: everything } },
  )
}
