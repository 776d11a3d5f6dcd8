/** Requests at random over the whole model: the grammar's every option and segment, mostly used as they are meant. */

import type { EntityType } from '../../../src/model/entity-type.ts'
import { model } from '../../../src/model/model.ts'
import type { Random } from './random.ts'
import { RandomExpressions } from './random-expression.ts'

const DEPTH_MAX = 4
const EXPAND_DEPTH_MAX = 3

/** Path and query below the service root: `/Units(1)/Building?$select=Id`. */
export function randomUrl(random: Random): string {
  return new RandomUrl(random).url()
}

class RandomUrl {
  readonly #random: Random
  readonly #expressions: RandomExpressions

  constructor(random: Random) {
    this.#random = random
    this.#expressions = new RandomExpressions(random)
  }

  url(): string {
    const random = this.#random
    const start = random.pick(model.entityTypes)
    if (start === undefined) throw new Error('The model has no entity type')
    const { path, type, end } = this.#path(start)
    const options = this.#options(type, end)
    const aliases = this.#aliases(type, options)
    const query = [...options, ...aliases].join('&')
    return query === '' ? path : `${path}?${query}`
  }

  #path(start: EntityType): {
    path: string
    type: EntityType
    end: 'many' | 'one' | 'count' | 'value'
  } {
    const random = this.#random
    if (random.chance(0.03))
      return {
        path: `/Units/ForRent${random.pick(['', '()', '(MinimumDays=1)', '(StartDate=@a)', '/$count'])}`,
        type: model.getType('Unit'),
        end: 'many',
      }
    let path = `/${start.set}`
    let type = start
    let many = true
    for (let step = 0; step < 4; step += 1) {
      if (many) {
        if (random.chance(0.02)) path += `/$filter(${random.pick(['@a', 'Id gt 1'])})`
        if (random.chance(0.7)) break
        path += this.#key(type)
        many = false
      }
      if (random.chance(0.4)) break
      const navigation = random.pick(type.navigation)
      if (navigation === undefined || random.chance(0.05)) break
      path += `/${navigation.name}`
      type = model.getType(navigation.target)
      many = navigation.cardinality === 'many'
    }
    if (random.chance(0.06))
      return {
        path: `${path}/${random.pick(['$ref', '$value', '$each', '$query', `Primmo.HApi.${type.name}`, 'Nothing', '$count/$count'])}`,
        type,
        end: many ? 'many' : 'one',
      }
    if (many && random.chance(0.1)) return { path: `${path}/$count`, type, end: 'count' }
    const property = random.pick(type.properties)
    if (!many && random.chance(0.2) && property !== undefined)
      return {
        path: `${path}/${property.name}${random.chance(0.3) ? '/$value' : ''}`,
        type,
        end: 'value',
      }
    return { path, type, end: many ? 'many' : 'one' }
  }

  #key(type: EntityType): string {
    const random = this.#random
    return random.oneOf(
      () =>
        `(${random.pick(['1', '9007', '-1', '99999999999999999999', "'a'", 'Id=1', '@a', ''])})`,
      () => `/${random.pick(['1', '9007', 'abc', "'1'"])}`,
      () =>
        `(${(type.businessKey ?? ['Id']).map((name) => `${name}=${random.pick(['1', "'A'", 'null'])}`).join(',')})`,
    )
  }

  #options(type: EntityType, end: 'many' | 'one' | 'count' | 'value'): string[] {
    const random = this.#random
    const given: (readonly [string, () => string, number])[] = [
      ['$select', () => this.#select(type), 0.3],
      ['$expand', () => this.#expand(type, EXPAND_DEPTH_MAX), 0.25],
      ['$compute', () => this.#compute(type), 0.1],
    ]
    if (end !== 'one')
      given.push(
        ['$filter', () => this.#expressions.condition(type, DEPTH_MAX), 0.6],
        ['$search', () => this.#search(3), 0.1],
      )
    if (end === 'many')
      given.push(
        ['$orderby', () => this.#orderby(type), 0.25],
        ['$top', () => random.pick(['0', '1', '10', '1000', '2147483648', 'a']), 0.2],
        ['$skip', () => random.pick(['0', '5', '2147483647']), 0.1],
        ['$count', () => random.pick(['true', 'false', 'TRUE', '1']), 0.15],
        ['$apply', () => this.#apply(type), 0.15],
      )
    if (random.chance(0.02)) given.push(['$format', () => random.pick(['json', 'xml', 'a/b']), 1])
    if (random.chance(0.02)) given.push(['$skiptoken', () => 'AAAA', 1])
    if (random.chance(0.02)) given.push(['$levels', () => '2', 1])
    return given
      .filter(([, , probability]) => random.chance(probability))
      .map(([name, make]) => `${this.#optionName(name)}=${make()}`)
  }

  #optionName(name: string): string {
    const random = this.#random
    return random.chance(0.9)
      ? name
      : random.pick([name.slice(1), name.toUpperCase(), `%24${name.slice(1)}`, ` ${name} `])
  }

  #property(type: EntityType): string {
    return this.#random.pick(type.properties)?.name ?? 'Id'
  }

  #select(type: EntityType): string {
    const random = this.#random
    const item = (): string =>
      random.chance(0.9)
        ? this.#property(type)
        : random.pick([
            '*',
            'C0',
            'Primmo.HApi.*',
            random.pick(type.navigation)?.name ?? 'Id',
            'Building/Name',
            'Nothing',
            'Entities($top=1)',
          ])
    return random.several(1, 5, item).join(',')
  }

  #orderby(type: EntityType): string {
    const random = this.#random
    return random
      .several(
        1,
        3,
        () =>
          `${random.chance(0.5) ? this.#property(type) : this.#expressions.any(type, 2)}${random.pick(['', ' asc', ' desc', ' DESC'])}`,
      )
      .join(',')
  }

  #compute(type: EntityType): string {
    let number = 0
    return this.#random
      .several(1, 2, () => `${this.#expressions.any(type, 3)} as C${number++}`)
      .join(',')
  }

  #expand(type: EntityType, depth: number): string {
    const random = this.#random
    const item = (): string => {
      const navigation = random.chance(0.95) ? random.pick(type.navigation) : undefined
      if (navigation === undefined)
        return random.pick(['*', '*/$ref', 'Nothing', '*($levels=2)', '$value'])
      if (random.chance(0.1))
        return `${navigation.name}/${random.pick(['$ref', '$count', 'Primmo.HApi.Unit'])}`
      if (random.chance(0.4)) return navigation.name
      return `${navigation.name}(${this.#nested(model.getType(navigation.target), navigation.cardinality === 'many', depth).join(';')})`
    }
    return random.several(1, 2, item).join(',')
  }

  #nested(type: EntityType, many: boolean, depth: number): string[] {
    const random = this.#random
    const given: (readonly [string, () => string, number])[] = [
      ['$select', () => this.#select(type), 0.4],
      ['$levels', () => random.pick(['1', '2', 'max', '9', '0']), 0.05],
      ['$compute', () => this.#compute(type), 0.05],
      ['@a', () => random.pick(['1', 'Id', "'x'"]), 0.05],
    ]
    if (depth > 1) given.push(['$expand', () => this.#expand(type, depth - 1), 0.3])
    if (many || random.chance(0.05))
      given.push(
        ['$filter', () => this.#expressions.condition(type, 2), 0.3],
        ['$orderby', () => this.#orderby(type), 0.2],
        ['$top', () => '3', 0.2],
        ['$skip', () => '1', 0.1],
        ['$count', () => 'true', 0.1],
        ['$search', () => this.#search(2), 0.1],
      )
    const options = given
      .filter(([, , probability]) => random.chance(probability))
      .map(([name, make]) => `${name}=${make()}`)
    return options.length === 0 ? ['$select=Id'] : options
  }

  #search(depth: number): string {
    const random = this.#random
    const term = (): string =>
      random.pick([
        'tremblay',
        '"rue du"',
        'a',
        'Montr%C3%A9al',
        'NOT',
        'AND',
        "'incomplete \"'",
        '50%25',
        '"\\""',
      ])
    if (depth <= 0) return term()
    return random.oneOf(
      term,
      () => `${this.#search(depth - 1)} ${this.#search(depth - 1)}`,
      () => `${this.#search(depth - 1)} ${random.pick(['AND', 'OR'])} ${this.#search(depth - 1)}`,
      () => `NOT ${this.#search(depth - 1)}`,
      () => `(${this.#search(depth - 1)})`,
    )
  }

  #apply(type: EntityType): string {
    const random = this.#random
    const number = (): string => this.#property(type)
    const step = (): string =>
      random.oneOf(
        () => `filter(${this.#expressions.condition(type, 2)})`,
        () =>
          `aggregate(${random.pick(['$count as N', `${number()} with ${random.pick(['sum', 'max', 'min', 'average', 'countdistinct'])} as A`])})`,
        () =>
          `groupby((${random.several(1, 2, () => this.#property(type)).join(',')})${random.pick(['', ',aggregate($count as N)', `,aggregate(${number()} with sum as S)`])})`,
        () => `groupby((rollup($all,${this.#property(type)},${this.#property(type)})))`,
        () => `compute(${this.#compute(type)})`,
        () => `orderby(${this.#orderby(type)})`,
        () => `${random.pick(['top', 'skip', 'topcount(3,Id)', 'identity'])}(${random.below(9)})`,
        () => `search(${this.#search(1)})`,
        () =>
          `concat(${random.pick(['identity', 'aggregate($count as N)', 'top(1)'])},${random.pick(['identity', 'filter(Id gt 1)'])})`,
        () => 'identity',
        () => 'nest(top(1) as T)',
      )
    return random.several(1, 3, step).join('/')
  }

  #aliases(type: EntityType, options: readonly string[]): string[] {
    const random = this.#random
    const used = options.join('')
    const value = (): string =>
      random.oneOf(
        () => this.#expressions.any(type, 1),
        () =>
          random.pick(['[1,2]', "('a','b')", '%7B%22A%22:1%7D', '@b', '@a', 'null', "'x'", '1']),
      )
    return ['@a', '@b']
      .filter((name) => used.includes(name) && random.chance(0.9))
      .map((name) => `${name}=${value()}`)
  }
}
