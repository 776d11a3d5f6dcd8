/** `hapi privacy …`: what the Act respecting the protection of personal information asks of an operator. */

import type { Command } from 'commander'
import { type Account, getAccount } from '../../auth/accounts.ts'
import { AdministrationRefusal } from '../../auth/administration-refusal.ts'
import type { Database } from '../../db/database.ts'
import type { BilingualText } from '../../db/startup-refusal.ts'
import { readContent } from '../../domain/documents/stored-content.ts'
import { type Anonymised, anonymisePeople } from '../../domain/privacy/anonymise-person.ts'
import { clearTraces } from '../../domain/privacy/clear-traces.ts'
import { askOf, findMentions, readIdentifiers } from '../../domain/privacy/mentions.ts'
import { findNamesakes } from '../../domain/privacy/other-rows.ts'
import { findPeople, namesOf, type PersonName, personText } from '../../domain/privacy/people.ts'
import { readPersonRows, typesAbout } from '../../domain/privacy/read-person.ts'
import type { Reason } from '../../domain/privacy/retained.ts'
import { tracePrivacy } from '../../domain/privacy/trace.ts'
import { model } from '../../model/model.ts'
import type { Column } from '../answer.ts'
import type { CommandContext } from '../command-context.ts'
import { ExportFiles } from './export-files.ts'
import { type PersonOptions, peopleNamed, withPeople } from './person-options.ts'
import { addWhoSaw } from './who-saw-command.ts'

const COUNTS: readonly Column[] = [
  { key: 'set', fr: 'Ensemble', en: 'Set', essential: true },
  { key: 'what', fr: 'Quoi', en: 'What' },
  { key: 'rows', fr: 'Lignes', en: 'Rows', essential: true },
]

export function addPrivacyCommands(program: Command, context: CommandContext): void {
  const group = context.group(program, 'privacy', {
    fr: 'les renseignements personnels : accès, portabilité, anonymisation, qui a vu quoi (Loi 25)',
    en: 'personal information: access, portability, anonymisation, who saw what (Law 25)',
  })
  addExport(group, context)
  addAnonymise(group, context)
  addWhoSaw(group, context)
}

function addExport(group: Command, context: CommandContext): void {
  const command = withPeople(
    context.command(group, 'export', {
      fr: 'écrire dans un dossier tout ce que le compte dit d’une personne : JSON, CSV et documents',
      en: 'write all that the account says about a person into a folder: JSON, CSV and documents',
    }),
    context,
  ).requiredOption(
    '--out <folder>',
    context.text({ fr: 'dossier, qui n’existe pas encore', en: 'folder, which is not there yet' }),
  )
  command.action(() =>
    context.answer(command, async (database) => {
      const options = command.opts<PersonOptions & { readonly out: string }>()
      const names = peopleNamed(options)
      const account = await getAccount(database, options.account)
      const files = await ExportFiles.create(options.out, context.language)
      const { rows, path, namesakes } = await exportTo(files, database, account, names)
      return {
        columns: COUNTS,
        isList: true,
        rows: [...rows, ...namesakeRows(namesakes)],
        notice: exported(path, namesakes),
      }
    }),
  )
}

interface Exported {
  readonly rows: readonly object[]
  readonly path: string
  readonly namesakes: readonly PersonName[]
}

/** In one snapshot. */
async function exportTo(
  files: ExportFiles,
  database: Database,
  { accountId, databaseName }: Account,
  names: readonly PersonName[],
): Promise<Exported> {
  try {
    const done = await database.readingTransaction(
      async (client) => {
        await client.query('set local statement_timeout = 0')
        const ask = askOf(client)
        const people = await findPeople(ask, accountId, names)
        const namesakes = await findNamesakes(ask, accountId, people)
        await files.begin({ databaseName, people, exportedAt: new Date(), namesakes })
        const rows: object[] = []
        for (const type of typesAbout(people)) {
          const count = await files.addSet(type, readPersonRows(ask, accountId, type, people))
          if (count > 0) rows.push({ set: type.set, what: type.fr, rows: count })
        }
        let contents = 0
        for await (const { isAbout, id, values } of readPersonRows(
          ask,
          accountId,
          model.getType('Document'),
          people,
        ))
          if (
            isAbout &&
            (await files.addContent(
              id,
              values.get('FileName') ?? '',
              readContent(client, accountId, id),
            ))
          )
            contents += 1
        const identifiers = await readIdentifiers(ask, accountId, people)
        const mentions = await findMentions(ask, accountId, people, identifiers)
        rows.push(
          { set: 'Documents/$value', what: 'Contenus · Contents', rows: contents },
          {
            set: '*',
            what: 'Textes où la personne est nommée ailleurs · Texts that name the person elsewhere',
            rows: mentions.length,
          },
        )
        return { rows, namesakes, mentions }
      },
      { accountId },
    )
    await database.transaction(
      (client) =>
        tracePrivacy(
          askOf(client),
          accountId,
          `export ${names.map((name) => `--person ${personText(name)}`).join(' ')}`,
          names,
        ),
      {
        accountId,
      },
    )
    return { ...done, path: await files.end(done.mentions) }
  } catch (error) {
    await files.abandon()
    throw error
  }
}

function exported(path: string, namesakes: readonly PersonName[]) {
  const fr = `Écrit dans ${path}. Avant de remettre les fichiers, relisez les textes libres : ils peuvent nommer d'autres personnes, dont les renseignements ne se communiquent pas.`
  const en = `Written to ${path}. Before you hand the files over, read the free texts: they may name other persons, whose information is not to be communicated.`
  return withNamesakes({ fr, en }, namesakes)
}

/** Programs read rows; people are told beside them. */
function namesakeRows(found: readonly PersonName[]): readonly object[] {
  if (found.length === 0) return []
  const what = found.map(personText).join(', ')
  return [
    {
      set: '?',
      what: `Même courriel ou téléphone · Same e-mail or telephone: ${what}`,
      rows: found.length,
    },
  ]
}

function withNamesakes(text: BilingualText, found: readonly PersonName[]): BilingualText {
  if (found.length === 0) return text
  return {
    fr: `${text.fr}\nD'autres ont le même courriel ou téléphone : peut-être la même personne.`,
    en: `${text.en}\nOthers have the same e-mail or telephone: maybe the same person.`,
  }
}

interface AnonymiseOptions extends PersonOptions {
  readonly dryRun?: true
  readonly beforeRetentionEnds?: true
}

function addAnonymise(group: Command, context: CommandContext): void {
  const command = withPeople(
    context.command(group, 'anonymise', {
      fr: 'rendre anonyme ce que le compte dit d’une personne; les montants restent. Sans retour',
      en: 'make anonymous what the account says about a person; amounts stay. Cannot be undone',
    }),
    context,
  )
    .option(
      '--dry-run',
      context.text({
        fr: 'dire ce qui changerait, sans rien changer',
        en: 'say what would change, and change nothing',
      }),
    )
    .option(
      '--before-retention-ends',
      context.text({
        fr: 'même si des pièces comptables récentes doivent être conservées : la décision est la vôtre',
        en: 'although recent accounting records have to be kept: the decision is yours',
      }),
    )
  command.action(() =>
    context.answer(command, async (database) => {
      const options = command.opts<AnonymiseOptions>()
      const { dryRun = false, beforeRetentionEnds: ignoresRetention = false } = options
      const names = peopleNamed(options)
      const account = await getAccount(database, options.account)
      const done = await anonymisePeople(database, account, {
        names,
        now: new Date(),
        dryRun,
        ignoresRetention,
      })
      if (done.reasons.length > 0) throw kept(done.reasons)
      if (!dryRun) await clearTraces(database)
      const { namesakes } = done
      const who = namesOf(done.people).map(personText).join(', ')
      const notice = withNamesakes(dryRun ? wouldBe(who) : isDone(who), namesakes)
      return {
        columns: COUNTS,
        isList: true,
        rows: [...countsOf(done), ...namesakeRows(namesakes)],
        notice,
      }
    }),
  )
}

function countsOf({ rows, contents, mentions, answers }: Anonymised): readonly object[] {
  return [
    ...[...rows].map(([set, count]) => ({
      set,
      what: model.findBySet(set)?.fr ?? '',
      rows: count,
    })),
    { set: 'Documents/$value', what: 'Contenus retirés · Contents removed', rows: contents },
    {
      set: '*',
      what: 'Textes qui nommaient la personne · Texts that named the person',
      rows: mentions,
    },
    { set: '-', what: 'Réponses conservées, oubliées · Kept answers, forgotten', rows: answers },
  ]
}

function isDone(who: string) {
  return {
    fr: `${who} : anonyme. Les sauvegardes disent encore qui c'était, jusqu'à ce que leur conservation se termine.`,
    en: `${who}: anonymous. Backups still say who it was, until they are not kept any longer.`,
  }
}

function wouldBe(who: string) {
  return {
    fr: `${who} : rien n'a été changé (--dry-run).`,
    en: `${who}: nothing was changed (--dry-run).`,
  }
}

function kept(reasons: readonly Reason[]): AdministrationRefusal {
  const lines = (language: 'fr' | 'en'): string =>
    reasons.map((reason) => `\n- ${reason.person} : ${reason[language]}`).join('')
  const isOver = reasons.every(({ isRetention }) => isRetention)
  return new AdministrationRefusal({
    fr: `Rien n'a été changé :${lines('fr')}${isOver ? '\nSi plus rien n’oblige à conserver : --before-retention-ends' : ''}`,
    en: `Nothing was changed:${lines('en').replaceAll(' : ', ': ')}${isOver ? '\nIf nothing obliges you to keep it any longer: --before-retention-ends' : ''}`,
  })
}
