/** A picture that stands for a photograph: a house with its windows under the sky, a PNG of ten kilobytes. */

import { crc32, deflateSync } from 'node:zlib'
import type { Random } from './random.ts'

const WIDTH = 120
const HEIGHT = 80

/** Of a window with the wall around it. */
const FLOOR = 12
const BAY = 16

/** Colours, red, green and blue; pixels are their places in it. */
const SKY = 0
const GROUND = 1
const WALL = 2
const WINDOW = 3
const DOOR = 4

const WALLS = [0xb5_65_4a, 0x8d_8f_94, 0xc9_a9_7a, 0x7a_5c_4d, 0xa8_b0_a0] as const
const OTHERS = { sky: 0xcf_e3_f2, ground: 0x7f_9b_6a, window: 0x2f_4a_5e, door: 0x4a_33_28 }

/** Draws how many floors and windows it has, and its colour; `description` is written into the file. */
export function drawBuilding(random: Random, description: string): Buffer {
  const wall = random.pick(WALLS)
  const floors = 2 + random.below(4)
  const windows = 3 + random.below(4)
  const pixels = new Picture(SKY)
  const ground = HEIGHT - 10
  const roof = ground - floors * FLOOR
  const left = (WIDTH - windows * BAY) / 2
  pixels.fill(0, ground, WIDTH, HEIGHT - ground, GROUND)
  pixels.fill(left, roof, windows * BAY, floors * FLOOR, WALL)
  for (let floor = 0; floor < floors; floor++)
    for (let window = 0; window < windows; window++)
      pixels.fill(left + window * BAY + 5, roof + floor * FLOOR + 3, 6, 6, WINDOW)
  pixels.fill(WIDTH / 2 - 3, ground - 9, 6, 9, DOOR)
  const colours = [OTHERS.sky, OTHERS.ground, wall, OTHERS.window, OTHERS.door]
  return pixels.encode(colours, description)
}

class Picture {
  /** Each line begins with the number of its filter: none. */
  readonly #lines: Uint8Array

  constructor(colour: number) {
    this.#lines = new Uint8Array((WIDTH + 1) * HEIGHT).fill(colour)
    for (let y = 0; y < HEIGHT; y++) this.#lines[y * (WIDTH + 1)] = 0
  }

  fill(left: number, top: number, width: number, height: number, colour: number): void {
    for (let y = top; y < top + height; y++) {
      const start = y * (WIDTH + 1) + 1 + left
      this.#lines.fill(colour, start, start + width)
    }
  }

  /** PNG (ISO/IEC 15948): colours by their places in a palette, the description in French. */
  encode(colours: readonly number[], description: string): Buffer {
    const header = Buffer.alloc(13)
    header.writeUInt32BE(WIDTH, 0)
    header.writeUInt32BE(HEIGHT, 4)
    header.set([8, 3, 0, 0, 0], 8)
    const palette = Buffer.from(colours.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]))
    const text = Buffer.from(`Description\0\0\0fr-CA\0Description\0${description}`)
    return Buffer.concat([
      Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
      chunk('IHDR', header),
      chunk('PLTE', palette),
      chunk('iTXt', text),
      // Not compressed: how well zlib does depends on the machine, and these bytes do not.
      chunk('IDAT', deflateSync(this.#lines, { level: 0 })),
      chunk('IEND', Buffer.alloc(0)),
    ])
  }
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const frame = Buffer.alloc(4)
  frame.writeUInt32BE(data.length)
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([frame, body, sum])
}
