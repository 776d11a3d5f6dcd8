/**
 * Anonymises persons (Act respecting the protection of personal information, s. 23): what an account says about them
 * becomes what could be said about anybody, in one transaction, with its events and its audit. Amounts, dates and codes
 * stay, so that balances and totals are what they were.
 */

import type { Account } from '../../auth/accounts.ts'
import type { Database } from '../../db/database.ts'
import type { EntityType } from '../../model/entity-type.ts'
import { model } from '../../model/model.ts'
import { type PersonType, personalClassOf } from '../../model/personal-information.ts'
import { textFormatOf } from '../../model/text-format.ts'
import { type FieldValue, type Row, requiredNumber } from '../command/row.ts'
import type { WriteContext } from '../command/write-context.ts'
import { holdWriters, inWriteTransaction } from '../command/write-transaction.ts'
import { NO_CONTENT, removeContent } from '../documents/remove-content.ts'
import { replaceInEndpoints } from './endpoint-texts.ts'
import type { Identifiers } from './identifiers.ts'
import { emptyReceiversAnswers, forgetAnswers } from './kept-answers.ts'
import { type Ask, findMentions, type Mention } from './mentions.ts'
import { neutralValue, neutralValues, REMOVED } from './neutral-values.ts'
import { findNamesakes } from './other-rows.ts'
import { readIdentifiers } from './own-identifiers.ts'
import { findPeople, namesOf, type People, type PersonName, personText } from './people.ts'
import { personCondition } from './person-rows.ts'
import { typesAbout } from './read-person.ts'
import { type Reason, reasonsToKeep } from './retained.ts'
import { tracePrivacy } from './trace.ts'

export interface Anonymised {
  /** Whom it was about: those named, and who is the same person or known by them alone. */
  readonly people: People
  /** By set, in the order of the model: rows that were changed, or would be. */
  readonly rows: ReadonlyMap<string, number>
  readonly contents: number
  /** Rows of others in which the person was named. */
  readonly mentions: number
  readonly answers: number
  /** Who may be the same person, to be looked at. */
  readonly namesakes: readonly PersonName[]
  /** What is in the way; then nothing was changed. */
  readonly reasons: readonly Reason[]
}

interface AnonymiseOptions {
  readonly names: readonly PersonName[]
  readonly now: Date
  readonly dryRun: boolean
  /** The operator decides that nothing has to be kept any longer. */
  readonly ignoresRetention: boolean
}

/** Throws UNAVAILABLE; AdministrationRefusal for a name of nobody. */
export async function anonymisePeople(
  database: Database,
  { accountId, pinnedAt }: Pick<Account, 'accountId' | 'pinnedAt'>,
  { names, now, dryRun, ignoresRetention }: AnonymiseOptions,
): Promise<Anonymised> {
  const account = { accountId, profile: 'administrator', pinnedAt } as const
  return inWriteTransaction(database, account, { now, dryRun }, async (context) => {
    // Somebody waits for it, however large the account is.
    await context.query("select set_config('statement_timeout', '0', true)", [])
    const ask: Ask = (text, values) => context.query(text, values)
    // What was being written about them is there to be found, and nothing comes in between.
    if (!dryRun) await holdWriters(context)
    const people = await findPeople(ask, accountId, names, 'withContacts')
    const found = await reasonsToKeep(ask, accountId, people, context.businessDate)
    const reasons = found.filter(({ isRetention }) => !(isRetention && ignoresRetention))
    if (reasons.length > 0) return { ...NOTHING, people, namesakes: [], reasons }
    return anonymise(context, ask, people)
  })
}

const NOTHING = { rows: new Map<string, number>(), contents: 0, mentions: 0, answers: 0 }

async function anonymise(context: WriteContext, ask: Ask, people: People): Promise<Anonymised> {
  const { accountId } = context
  const identifiers = await readIdentifiers(ask, accountId, people)
  // Before anything is changed: what is about them is found by them.
  const namesakes = await findNamesakes(ask, accountId, people)
  const mentions = await findMentions(ask, accountId, residentsOf(people), identifiers)
  const found: Found[] = []
  for (const type of typesAbout(people)) found.push(...(await readAbout(context, type, people)))
  const values = new Set(found.flatMap(({ type, row }) => personalTexts(type, row)))
  const rows = new Map<string, number>()
  let contents = 0
  // First: what a mention leaves of a text of their own rows goes with it.
  await replaceMentions(context, mentions, identifiers)
  const endpoints = await replaceInEndpoints(context, identifiers)
  for (const { type, row } of found) {
    const changed = await neutralise(context, type, row, identifiers)
    const emptied = type.hasStream === true && row['Sha256'] !== null
    if (emptied) await removeContent(context, requiredNumber(row, 'Id'))
    if (emptied) contents += 1
    if (changed) rows.set(type.set, (rows.get(type.set) ?? 0) + 1)
  }
  const quoted = { identifiers, values: [...values] }
  const answers = await forgetAnswers(context, quoted)
  const receivers = await emptyReceiversAnswers(context, quoted)
  const names = namesOf(people)
  const named = names.map((name) => `--person ${personText(name)}`).join(' ')
  await tracePrivacy(ask, accountId, `anonymise ${named}`, names)
  return {
    people,
    rows: new Map(
      model.entityTypes.flatMap(({ set }): [string, number][] => {
        const count = rows.get(set)
        return count === undefined ? [] : [[set, count]]
      }),
    ),
    contents,
    mentions: endpoints + new Set(mentions.map(({ type, id }) => `${type.name}:${id}`)).size,
    answers: answers + receivers,
    namesakes,
    reasons: [],
  }
}

interface Found {
  readonly type: EntityType
  readonly row: Row
}

/** Whose life here ends: what was written about it goes. About the others people write what the business needs. */
const RESIDENTS: ReadonlySet<string> = new Set<PersonType>([
  'Tenant',
  'CoTenant',
  'TenantContact',
  'Prospect',
])

async function readAbout(
  context: WriteContext,
  type: EntityType,
  people: People,
): Promise<readonly Found[]> {
  const select = async (some: People): Promise<readonly Row[]> => {
    const condition = personCondition(type, some)
    return condition === undefined
      ? []
      : context.select(type.name, condition.isAbout, condition.values)
  }
  const own = isOneOf(type, people) && !RESIDENTS.has(type.name) ? await select(people) : []
  // Of an owner, an employee or a supplier the own row alone: shares of a building are not about its owner's life.
  return [...(await select(residentsOf(people))), ...own].map((row) => ({ type, row }))
}

function residentsOf(people: People): People {
  return new Map([...people].filter(([person]) => RESIDENTS.has(person)))
}

function isOneOf({ name }: EntityType, people: People): boolean {
  return [...people.keys()].some((person) => person === name)
}

/** What may be quoted elsewhere, as it is written; shorter texts are in everything. */
const QUOTED_LENGTH_MIN = 4

function personalTexts(type: EntityType, row: Row): readonly string[] {
  return type.properties
    .filter((property) => property.sealed !== true && personalClassOf(property) !== undefined)
    .filter(({ enumeration }) => enumeration === undefined)
    .flatMap(({ name }) => {
      const value = row[name]
      return typeof value === 'string' && value.length >= QUOTED_LENGTH_MIN
        ? [JSON.stringify(value).slice(1, -1)]
        : []
    })
}

async function neutralise(
  context: WriteContext,
  type: EntityType,
  row: Row,
  identifiers: Identifiers,
): Promise<boolean> {
  const values: Record<string, FieldValue> = { ...neutralValues(type, row) }
  // The person is known by it in another system, or named in it.
  const externalId = row['ExternalId'] ?? null
  if (externalId !== null && (isPerson(type) || identifiers.isIn(String(externalId))))
    values['ExternalId'] = null
  if (type.hasStream === true && row['Sha256'] !== null) Object.assign(values, NO_CONTENT)
  if (Object.keys(values).length === 0) return false
  await context.update(type.name, requiredNumber(row, 'Id'), values)
  return true
}

function isPerson({ name }: EntityType): boolean {
  return ['Tenant', 'Prospect', 'Supplier'].includes(name)
}

/** A text is somebody else's: only what names the person goes; a field with a form of its own goes whole. */
async function replaceMentions(
  context: WriteContext,
  mentions: readonly Mention[],
  identifiers: Identifiers,
): Promise<void> {
  for (const { type, id, property, text } of mentions) {
    const replaced = Array.from(identifiers.replaceIn(text, REMOVED))
      .slice(0, property.maxLength)
      .join('')
    const hasForm = textFormatOf(property) !== undefined || property.name === 'FileName'
    const value = hasForm ? neutralValue(property, { Id: id, [property.name]: text }) : replaced
    await context.update(type.name, id, { [property.name]: value })
  }
}
