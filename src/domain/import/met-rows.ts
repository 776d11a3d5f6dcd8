/** Rows of the account that rows of a source are about: another row of it that says otherwise is a slip. */

export class MetRows {
  readonly #before: MetRows | undefined
  /** By type. */
  readonly #ids = new Map<string, Set<number>>()

  /** @param before what was met until an attempt began that may be taken back */
  constructor(before?: MetRows) {
    this.#before = before
  }

  has(typeName: string, id: number): boolean {
    return this.#ids.get(typeName)?.has(id) === true || this.#before?.has(typeName, id) === true
  }

  add(typeName: string, id: number): void {
    const ids = this.#ids.get(typeName) ?? new Set()
    this.#ids.set(typeName, ids)
    ids.add(id)
  }

  /** Of an attempt that has succeeded. */
  addAll(other: MetRows): void {
    for (const [typeName, ids] of other.#ids) for (const id of ids) this.add(typeName, id)
  }
}
