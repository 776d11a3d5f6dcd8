/**
 * How rows of a source are called in it. A reference by identifier means the source's own name of a row as soon as the
 * source names rows of that type; else it is the Id that the row has in the account.
 */

import { HapiError } from '../../errors/hapi-error.ts'
import { isOwnReference } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { type InputObject, type InputValue } from '../command/input.ts'
import type { TransactionClient } from '../command/stored-rows.ts'
import { labelText } from './files/label-text.ts'
import type { ImportRecord, ImportSequel, ImportStep } from './import-record.ts'

interface Label {
  readonly entity: string
  readonly label: string
}

/** Types that rows of others refer to: nobody asks for the names of the rest. */
const referredTypes: ReadonlySet<string> = new Set(
  model.entityTypes.flatMap(({ navigation }) =>
    navigation.filter(isOwnReference).map(({ target }) => target),
  ),
)

export class SourceLabels {
  readonly #accountId: number
  readonly #importId: string
  readonly #named: ReadonlySet<string>

  /** @param named types of which the source names rows */
  constructor(accountId: number, importId: string, named: ReadonlySet<string>) {
    this.#accountId = accountId
    this.#importId = importId
    this.#named = named
  }

  /** The Ids of all that the rows refer to, as far as they were taken before. */
  async read(items: readonly ImportStep[], client: TransactionClient): Promise<LabelIds> {
    const wanted = new Map<string, Label>()
    for (const item of items) {
      const labels = item.kind === 'record' ? this.#references(item) : []
      for (const { entity, label } of item.kind === 'sequel' ? [sequelLabel(item.of)] : labels)
        wanted.set(keyOf(entity, label), { entity, label })
    }
    const known = new LabelIds((record) => this.#references(record))
    if (wanted.size === 0) return known
    const labels = [...wanted.values()]
    const rows = await client.lists(
      `select l.entity, l.label, l.id from unnest($3::text[], $4::text[]) w(entity, label)
         join import_labels l on l.account_id = $1 and l.import_id = $2::uuid
          and l.entity = w.entity and l.label = w.label`,
      [
        this.#accountId,
        this.#importId,
        labels.map(({ entity }) => entity),
        labels.map(({ label }) => label),
      ],
    )
    for (const [entity, label, id] of rows) known.set(entity ?? '', label ?? '', Number(id))
    return known
  }

  /** Remembers how rows that were taken are called, with them. */
  async store(
    taken: readonly { readonly record: ImportRecord; readonly id: number }[],
    client: TransactionClient,
  ): Promise<void> {
    const named = taken.flatMap(({ record: { type, label, sequel }, id }) => [
      ...(label !== undefined && referredTypes.has(type.name)
        ? [{ entity: type.name, label, id }]
        : []),
      ...(sequel === undefined ? [] : [{ ...sequelLabel(sequel), id }]),
    ])
    if (named.length === 0) return
    await client.send(
      `insert into import_labels (account_id, import_id, entity, label, id)
       select $1, $2::uuid, v.entity, v.label, v.id
         from unnest($3::text[], $4::text[], $5::integer[]) v(entity, label, id)
       on conflict do nothing`,
      [
        this.#accountId,
        this.#importId,
        named.map(({ entity }) => entity),
        named.map(({ label }) => label),
        named.map(({ id }) => id),
      ],
    )
  }

  #references({ type, input }: ImportRecord): readonly Reference[] {
    return type.navigation.filter(isOwnReference).flatMap(({ from, target }) => {
      const label = this.#named.has(target) ? labelText(input.get(from)) : undefined
      return label === undefined ? [] : [{ property: from, entity: target, label }]
    })
  }
}

interface Reference extends Label {
  readonly property: string
}

/** Of the rows of a chunk: those before it, and its own while they are taken. */
export class LabelIds {
  readonly #ids = new Map<string, number>()
  readonly #references: (record: ImportRecord) => readonly Reference[]

  constructor(references: (record: ImportRecord) => readonly Reference[]) {
    this.#references = references
  }

  set(entity: string, label: string, id: number): void {
    this.#ids.set(keyOf(entity, label), id)
  }

  /** Of a row that was taken. */
  notice({ type, label, sequel }: ImportRecord, id: number): void {
    if (label !== undefined) this.set(type.name, label, id)
    if (sequel !== undefined) this.set(SEQUELS, sequel, id)
  }

  /** Undefined when the row was refused. */
  findSequel({ of }: ImportSequel): number | undefined {
    return this.#ids.get(keyOf(SEQUELS, of))
  }

  /** The same input with Ids of the account. Throws REFERENCE_NOT_FOUND: the row was refused, or comes later. */
  resolve(record: ImportRecord): InputObject {
    const references = this.#references(record)
    if (references.length === 0) return record.input
    const input = new Map<string, InputValue>(record.input)
    for (const { property, entity, label } of references) {
      const id = this.#ids.get(keyOf(entity, label))
      if (id === undefined)
        throw new HapiError(
          'REFERENCE_NOT_FOUND',
          { entity, key: label.slice(0, LABEL_SHOWN_MAX) },
          { target: property },
        )
      input.set(property, { kind: 'number', text: String(id) })
    }
    return input
  }
}

const LABEL_SHOWN_MAX = 60

/** Among the names of the types, whose rows sources name. */
const SEQUELS = '(sequel)'

function sequelLabel(label: string): Label {
  return { entity: SEQUELS, label }
}

function keyOf(entity: string, label: string): string {
  return `${entity} ${label}`
}
