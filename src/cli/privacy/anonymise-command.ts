/** `hapi privacy anonymise` */

import type { Command } from 'commander'
import { getAccount } from '../../auth/accounts.ts'
import { AdministrationRefusal } from '../../auth/administration-refusal.ts'
import { type Anonymised, anonymisePeople } from '../../domain/privacy/anonymise-person.ts'
import { clearTraces } from '../../domain/privacy/clear-traces.ts'
import { namesOf, personText } from '../../domain/privacy/people.ts'
import type { Reason } from '../../domain/privacy/retained.ts'
import { model } from '../../model/model.ts'
import type { CommandContext } from '../command-context.ts'
import { COUNTS, type Count, countRows, namesakeCounts, withNamesakes } from './counts.ts'
import { type PersonOptions, peopleNamed, withPeople } from './person-options.ts'

interface AnonymiseOptions extends PersonOptions {
  readonly dryRun?: true
  readonly beforeRetentionEnds?: true
}

export function addAnonymise(group: Command, context: CommandContext): void {
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
        rows: countRows([...countsOf(done), ...namesakeCounts(namesakes)], context.language),
        notice,
      }
    }),
  )
}

function countsOf({ rows, contents, mentions, answers }: Anonymised): readonly Count[] {
  return [
    ...[...rows].map(([set, count]) => ({
      set,
      what: model.findBySet(set) ?? { fr: set, en: set },
      rows: count,
    })),
    {
      set: 'Documents/$value',
      what: { fr: 'Contenus retirés', en: 'Contents removed' },
      rows: contents,
    },
    {
      set: '*',
      what: {
        fr: 'Lignes d’autres, où la personne était nommée',
        en: 'Rows of others that named the person',
      },
      rows: mentions,
    },
    {
      set: '-',
      what: { fr: 'Réponses conservées, oubliées', en: 'Kept answers, forgotten' },
      rows: answers,
    },
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
