/** Messages of PostgreSQL's protocol (version 3.0, extended query) that a reader sends, in one growing buffer. */

const INITIAL_BYTES = 1024

export class WireMessages {
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES)
  #length = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  /** What was written so far, and starts anew. */
  take(): Buffer {
    const bytes = Buffer.from(this.#buffer.subarray(0, this.#length))
    this.#length = 0
    return bytes
  }

  /** Prepares a statement; types of parameters are what its text casts them to. */
  parse(name: string, text: string): void {
    this.#message(0x50 /* P */, () => {
      this.#text(name)
      this.#text(text)
      this.#int16(0)
    })
  }

  /** Makes a portal of a statement with these values, all as text, results as text. */
  bind(portal: string, statement: string, values: readonly (string | null)[]): void {
    this.#message(0x42 /* B */, () => {
      this.#text(portal)
      this.#text(statement)
      this.#int16(0)
      this.#int16(values.length)
      for (const value of values) this.#value(value)
      this.#int16(0)
    })
  }

  /** @param rowsMax 0 for all */
  execute(portal: string, rowsMax: number): void {
    this.#message(0x45 /* E */, () => {
      this.#text(portal)
      this.#int32(rowsMax)
    })
  }

  /** Asks for the columns of a portal. */
  describe(portal: string): void {
    this.#message(0x44 /* D */, () => {
      this.#byte(0x50)
      this.#text(portal)
    })
  }

  close(kind: 'portal' | 'statement', name: string): void {
    this.#message(0x43 /* C */, () => {
      this.#byte(kind === 'portal' ? 0x50 : 0x53)
      this.#text(name)
    })
  }

  /** Ends the implicit transaction. */
  sync(): void {
    this.#message(0x53 /* S */, () => {})
  }

  /** Asks for the answers so far, transaction left open. */
  flush(): void {
    this.#message(0x48 /* H */, () => {})
  }

  #message(type: number, body: () => void): void {
    this.#byte(type)
    const start = this.#length
    this.#int32(0)
    body()
    this.#buffer.writeInt32BE(this.#length - start, start)
  }

  #value(value: string | null): void {
    if (value === null) {
      this.#int32(-1)
      return
    }
    const size = Buffer.byteLength(value)
    this.#int32(size)
    this.#reserve(size)
    this.#length += this.#buffer.write(value, this.#length)
  }

  #text(text: string): void {
    this.#reserve(Buffer.byteLength(text) + 1)
    this.#length += this.#buffer.write(text, this.#length)
    this.#buffer[this.#length++] = 0
  }

  #byte(value: number): void {
    this.#reserve(1)
    this.#buffer[this.#length++] = value
  }

  #int16(value: number): void {
    this.#reserve(2)
    this.#length = this.#buffer.writeInt16BE(value, this.#length)
  }

  #int32(value: number): void {
    this.#reserve(4)
    this.#length = this.#buffer.writeInt32BE(value, this.#length)
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + bytes))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}
