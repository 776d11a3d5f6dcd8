/** How commands are told whom they are about. */

import { type Command, InvalidArgumentError } from 'commander'
import { type PersonName, parsePersonName } from '../../domain/privacy/people.ts'
import { requiredAccount } from '../account-option.ts'
import type { CommandContext } from '../command-context.ts'
import { UsageRefusal } from '../usage-refusal.ts'

export interface PersonOptions {
  readonly account: string
  readonly person?: readonly PersonName[]
  readonly tenant?: readonly PersonName[]
}

export function withPeople(command: Command, context: CommandContext): Command {
  return command
    .addOption(requiredAccount(context))
    .option(
      '--person <type:id...>',
      context.text({
        fr: 'personne : Tenant, CoTenant, TenantContact, Prospect, Owner, Employee ou Supplier, et son Id (Tenant:9101)',
        en: 'person: Tenant, CoTenant, TenantContact, Prospect, Owner, Employee or Supplier, and the Id (Tenant:9101)',
      }),
      readPerson,
    )
    .option(
      '--tenant <id...>',
      context.text({ fr: 'locataire, par son Id', en: 'tenant, by Id' }),
      (text: string, before: Named) => readPerson(`Tenant:${text}`, before),
    )
}

/** Undefined before the first. */
type Named = readonly PersonName[] | undefined

function readPerson(text: string, before: Named): Named {
  const name = parsePersonName(text)
  if (name === undefined) throw new InvalidArgumentError(`'${text}' (Tenant:9101)`)
  return [...(before ?? []), name]
}

export function namesOfOptions({ person = [], tenant = [] }: PersonOptions): readonly PersonName[] {
  return [...person, ...tenant]
}

/** Throws UsageRefusal when nobody is named. */
export function peopleNamed(options: PersonOptions): readonly PersonName[] {
  const names = namesOfOptions(options)
  if (names.length > 0) return names
  throw new UsageRefusal({
    fr: 'Dites de qui il s’agit : --person Tenant:9101, ou --tenant 9101.',
    en: 'Say who is meant: --person Tenant:9101, or --tenant 9101.',
  })
}
