/** Expressions at random over the properties of a type: mostly well typed, now and then not. */

import type { EntityType, PrimitiveType } from '../../../src/model/entity-type.ts'
import { model } from '../../../src/model/model.ts'
import type { Random } from './random.ts'

export type Kind =
  | 'boolean'
  | 'number'
  | 'text'
  | 'date'
  | 'instant'
  | 'time'
  | 'duration'
  | 'collection'

const kinds: readonly [Kind, ...Kind[]] = [
  'boolean',
  'number',
  'text',
  'date',
  'instant',
  'time',
  'duration',
  'collection',
]

const kindOf: Readonly<Record<PrimitiveType, Kind>> = {
  'Edm.Boolean': 'boolean',
  'Edm.Date': 'date',
  'Edm.DateTimeOffset': 'instant',
  'Edm.Decimal': 'number',
  'Edm.Int32': 'number',
  'Edm.Int64': 'number',
  'Edm.String': 'text',
}

const WRONG_TYPE = 0.04

/** What a name stands for at some place of an expression. */
interface Place {
  readonly type: EntityType
  /** `x/` inside a lambda. */
  readonly prefix: string
}

export class RandomExpressions {
  readonly #random: Random
  #variables = 0

  constructor(random: Random) {
    this.#random = random
  }

  condition(type: EntityType, depth: number): string {
    return this.#of('boolean', { type, prefix: '' }, depth)
  }

  any(type: EntityType, depth: number): string {
    return this.#of(this.#random.pick(kinds), { type, prefix: '' }, depth)
  }

  #of(wanted: Kind, place: Place, depth: number): string {
    const random = this.#random
    const kind = random.chance(WRONG_TYPE) ? random.pick(kinds) : wanted
    if (random.chance(0.02)) return random.pick(['null', '@a', '@b', '@none', '$it', '$this'])
    if (depth <= 0 || random.chance(0.2)) return this.#leaf(kind, place)
    switch (kind) {
      case 'boolean':
        return this.#boolean(place, depth - 1)
      case 'number':
        return this.#number(place, depth - 1)
      case 'text':
        return this.#text(place, depth - 1)
      case 'date':
      case 'instant':
      case 'time':
      case 'duration':
        return this.#temporal(kind, place, depth - 1)
      case 'collection':
        return this.#collection(place, depth - 1)
    }
  }

  #leaf(kind: Kind, place: Place): string {
    const random = this.#random
    if (random.chance(0.55)) {
      const property = random.pick(
        place.type.properties.filter(
          ({ type, collection }) => (collection === true ? 'collection' : kindOf[type]) === kind,
        ),
      )
      if (property !== undefined) return `${this.#path(place)}${property.name}`
      const known = random.pick(place.type.properties)
      if (known !== undefined && random.chance(0.3)) return `${place.prefix}${known.name}`
    }
    return this.#literal(kind)
  }

  /** Sometimes through a to-one relation, whose properties then may not be those of the name. */
  #path({ type, prefix }: Place): string {
    if (!this.#random.chance(0.06)) return prefix
    const navigation = this.#random.pick(type.navigation)
    return navigation === undefined ? prefix : `${prefix}${navigation.name}/`
  }

  #literal(kind: Kind): string {
    const random = this.#random
    switch (kind) {
      case 'boolean':
        return random.pick(['true', 'false', 'TRUE'])
      case 'number':
        return random.pick([
          '0',
          '1',
          '-1',
          '3',
          '9223372036854775807',
          '-9223372036854775808',
          '99999999999999999999',
          '2.5',
          '1e3',
          '1e400',
          'INF',
          '-INF',
          'NaN',
          '0.000001',
        ])
      case 'text':
        return random.pick(["''", "'a'", "'it''s'", "'50%25_off\\'", "'é'", "'12'", "'2026-01-01'"])
      case 'date':
        return random.pick(['2026-06-15', '0001-01-01', '9999-12-31', '2026-02-30', '-0044-03-15'])
      case 'instant':
        return random.pick([
          '2026-06-15T10:00:00Z',
          '2026-06-15T10:00:00.123456789012-05:00',
          '9999-12-31T23:59:59Z',
          'now()',
          'maxdatetime()',
          'mindatetime()',
        ])
      case 'time':
        return random.pick(['10:00', '23:59:59.999999999999', '00:00:60'])
      case 'duration':
        return random.pick([
          "duration'P1D'",
          "duration'-PT1.5S'",
          "'PT36H'",
          "duration'P999999999D'",
        ])
      case 'collection':
        return random.pick([
          '[]',
          '[1,2,null]',
          "['a','b']",
          '[%22a%22]',
          '[2.5,1]',
          '[[1]]',
          '(1,2)',
        ])
    }
  }

  #boolean(place: Place, depth: number): string {
    const random = this.#random
    const compare = random.pick(['eq', 'ne', 'gt', 'ge', 'lt', 'le', 'EQ'])
    const kind = random.pick(kinds)
    const both = (of: Kind): readonly [string, string] => [
      this.#of(of, place, depth),
      this.#of(of, place, depth),
    ]
    return random.oneOf(
      () => both(kind).join(` ${compare} `),
      () => both('boolean').join(` ${random.pick(['and', 'or'])} `),
      () => `(${both('boolean').join(` ${random.pick(['and', 'or'])} `)})`,
      () => `not (${this.#of('boolean', place, depth)})`,
      () => `not ${this.#leaf('boolean', place)}`,
      () =>
        `${random.pick(['contains', 'startswith', 'endswith', 'matchesPattern'])}(${both('text').join(',')})`,
      () =>
        `${random.pick(['hassubset', 'hassubsequence', 'contains', 'endswith'])}(${both('collection').join(',')})`,
      () =>
        `${this.#of(kind, place, depth)} in (${random.several(0, 3, () => this.#literal(kind)).join(',')})`,
      () => `${this.#of(kind, place, depth)} in ${this.#of('collection', place, depth)}`,
      () => `${this.#leaf('text', place)} has ${random.pick(["'V'", "Primmo.HApi.T'V'", '1'])}`,
      () => `isof(${this.#typed(place, depth)})`,
      () => this.#lambda(place, depth),
      () => this.#relation(place, compare),
      () => this.#case('boolean', place, depth),
    )
  }

  #number(place: Place, depth: number): string {
    const random = this.#random
    const two = (): readonly [string, string] => [
      this.#of('number', place, depth),
      this.#of('number', place, depth),
    ]
    return random.oneOf(
      () => two().join(` ${random.pick(['add', 'sub', 'mul', 'div', 'divby', 'mod'])} `),
      () => `(${two().join(` ${random.pick(['add', 'sub', 'mul', 'div', 'divby', 'mod'])} `)})`,
      () => `-${this.#leaf('number', place)}`,
      () => `${random.pick(['round', 'floor', 'ceiling'])}(${this.#of('number', place, depth)})`,
      () => `length(${this.#of(random.pick(['text', 'collection']), place, depth)})`,
      () => `indexof(${this.#of('text', place, depth)},${this.#of('text', place, depth)})`,
      () =>
        `${random.pick(['year', 'month', 'day'])}(${this.#of(random.pick(['date', 'instant']), place, depth)})`,
      () =>
        `${random.pick(['hour', 'minute', 'second', 'fractionalseconds'])}(${this.#of(random.pick(['time', 'instant']), place, depth)})`,
      () => `totaloffsetminutes(${this.#of('instant', place, depth)})`,
      () => `totalseconds(${this.#of('duration', place, depth)})`,
      () => `cast(${this.#typed(place, depth)})`,
      () => this.#count(place, depth),
      () => this.#case('number', place, depth),
    )
  }

  #text(place: Place, depth: number): string {
    const random = this.#random
    return random.oneOf(
      () => `${random.pick(['tolower', 'toupper', 'trim'])}(${this.#of('text', place, depth)})`,
      () => `concat(${this.#of('text', place, depth)},${this.#of('text', place, depth)})`,
      () => `substring(${this.#of('text', place, depth)},${this.#of('number', place, depth)})`,
      () =>
        `substring(${this.#of('text', place, depth)},${this.#leaf('number', place)},${this.#literal('number')})`,
      () => `cast(${this.#of(random.pick(kinds), place, depth)},Edm.String)`,
      () => this.#case('text', place, depth),
    )
  }

  #temporal(kind: 'date' | 'instant' | 'time' | 'duration', place: Place, depth: number): string {
    const random = this.#random
    const duration = (): string => this.#of('duration', place, depth)
    switch (kind) {
      case 'date':
        return random.oneOf(
          () => `date(${this.#of('instant', place, depth)})`,
          () => `${this.#of('date', place, depth)} ${random.pick(['add', 'sub'])} ${duration()}`,
          () => this.#case('date', place, depth),
        )
      case 'instant':
        return `${this.#of('instant', place, depth)} ${random.pick(['add', 'sub'])} ${duration()}`
      case 'time':
        return `time(${this.#of('instant', place, depth)})`
      case 'duration':
        return random.oneOf(
          () => `${this.#of('date', place, depth)} sub ${this.#of('date', place, depth)}`,
          () =>
            `${duration()} ${random.pick(['mul', 'div', 'divby'])} ${this.#of('number', place, depth)}`,
          () => `${this.#of('number', place, depth)} mul ${duration()}`,
          () => `-${this.#leaf('duration', place)}`,
        )
    }
  }

  #collection(place: Place, depth: number): string {
    const random = this.#random
    const kind = random.pick(kinds)
    return random.oneOf(
      () => `[${random.several(0, 4, () => this.#of(kind, place, depth)).join(',')}]`,
      () =>
        `concat(${this.#of('collection', place, depth)},${this.#of('collection', place, depth)})`,
      () =>
        `substring(${this.#of('collection', place, depth)},${this.#of('number', place, depth)})`,
    )
  }

  #typed(place: Place, depth: number): string {
    const random = this.#random
    const type = random.pick([
      'Edm.Int32',
      'Edm.Byte',
      'Edm.Decimal',
      'Edm.Double',
      'Edm.Single',
      'Edm.Boolean',
      'Edm.Date',
      'Edm.DateTimeOffset',
      'Edm.TimeOfDay',
      'Edm.Duration',
      'Edm.Guid',
      'Edm.Binary',
      `Primmo.HApi.${place.type.name}`,
      'Edm.Stream',
      'X.Y',
    ])
    return random.chance(0.1) ? type : `${this.#of(random.pick(kinds), place, depth)},${type}`
  }

  #case(kind: Kind, place: Place, depth: number): string {
    const branches = this.#random.several(
      1,
      3,
      () => `${this.#of('boolean', place, depth)}:${this.#of(kind, place, depth)}`,
    )
    return `case(${branches.join(',')})`
  }

  #lambda(place: Place, depth: number): string {
    const random = this.#random
    const many = random.pick(
      place.type.navigation.filter(({ cardinality }) => cardinality === 'many'),
    )
    if (many === undefined) return this.#leaf('boolean', place)
    if (random.chance(0.15)) return `${place.prefix}${many.name}/any()`
    this.#variables += 1
    const variable = random.pick([`v${this.#variables}`, 'x'])
    const inner = this.#of(
      'boolean',
      {
        type: model.getType(many.target),
        prefix: random.chance(0.8) ? `${variable}/` : place.prefix,
      },
      depth - 1,
    )
    return `${place.prefix}${many.name}${this.#filterSegment(many.target, depth)}/${random.pick(['any', 'all'])}(${variable}:${inner})`
  }

  #relation(place: Place, operator: string): string {
    const navigation = this.#random.pick(place.type.navigation)
    if (navigation === undefined) return this.#leaf('boolean', place)
    const other = this.#random.pick(['null', 'null', `${place.prefix}${navigation.name}`, '$it'])
    return `${place.prefix}${navigation.name} ${operator} ${other}`
  }

  #count(place: Place, depth: number): string {
    const random = this.#random
    const many = random.pick(
      place.type.navigation.filter(({ cardinality }) => cardinality === 'many'),
    )
    if (many === undefined) return this.#leaf('number', place)
    const target: Place = { type: model.getType(many.target), prefix: '' }
    const options = random.oneOf(
      () => '',
      () => '',
      () => `($filter=${this.#of('boolean', target, depth - 1)})`,
      () => '($search=a NOT "b c")',
    )
    return `${place.prefix}${many.name}${this.#filterSegment(many.target, depth)}/$count${options}`
  }

  #filterSegment(target: string, depth: number): string {
    if (!this.#random.chance(0.1)) return ''
    const place: Place = { type: model.getType(target), prefix: '' }
    return `/$filter(${this.#of('boolean', place, depth - 1)})`
  }
}
