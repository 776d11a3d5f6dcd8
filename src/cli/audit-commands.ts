/** `hapi audit …`: what the audit holds, and whether it is what was written. */

import type { Command } from 'commander'
import { tellCommand } from '../audit/commands.ts'
import { type Finding, verifyAudit } from '../audit/verify.ts'
import { AdministrationRefusal } from '../auth/administration-refusal.ts'
import type { Column } from './answer.ts'
import { addExportCommand } from './audit/export-command.ts'
import { addListCommand } from './audit/list-command.ts'
import type { CommandContext } from './command-context.ts'

const CHAIN: readonly Column[] = [
  { key: 'accountId', fr: 'Compte', en: 'Account' },
  { key: 'entries', fr: 'Entrées', en: 'Entries' },
  { key: 'head', fr: 'Dernière empreinte', en: 'Last hash', essential: true },
]

/** Findings told one by one. */
const TOLD_MAX = 100

export function addAuditCommands(program: Command, context: CommandContext): void {
  const group = context.group(program, 'audit', {
    fr: "le journal d'audit : qui a fait quoi",
    en: 'the audit: who did what',
  })
  addListCommand(group, context)
  addExportCommand(group, context)
  const verify = context
    .command(group, 'verify', {
      fr: "vérifier qu'aucune entrée n'a été modifiée, retirée ou ajoutée",
      en: 'check that no entry was altered, removed or added',
    })
    .option(
      '--head <hash...>',
      context.text({
        fr: 'empreinte notée ailleurs, qui doit encore se trouver dans le journal',
        en: 'hash that was noted elsewhere, and must still be in the audit',
      }),
    )
  verify.action(() =>
    context.answer(verify, async (database) => {
      const { head = [] } = verify.opts<{ head?: readonly string[] }>()
      await tellCommand(database, 0, 'hapi audit verify')
      const { chains, findings, missingHeads } = await verifyAudit(database, head)
      if (findings.length + missingHeads.length > 0) throw tampered(findings, missingHeads)
      return {
        columns: CHAIN,
        isList: true,
        rows: chains,
        notice: {
          fr: 'Le journal est intact. Le compte 0 est l’installation. Notez ailleurs les empreintes : elles décèlent aussi un journal réécrit en entier.',
          en: 'The audit is whole. Account 0 is the installation. Note the hashes elsewhere: they also reveal an audit that was rewritten as a whole.',
        },
      }
    }),
  )
}

const PROBLEMS = {
  ALTERED: { fr: 'modifiée', en: 'altered' },
  MISSING: { fr: 'absente', en: 'missing' },
  INSERTED: { fr: 'ajoutée', en: 'inserted' },
} as const

function tampered(findings: readonly Finding[], heads: readonly string[]): AdministrationRefusal {
  const lines = (language: 'fr' | 'en', account: string, entry: string, head: string): string =>
    [
      ...findings
        .slice(0, TOLD_MAX)
        .map(
          ({ accountId, id, problem }) =>
            `${account} ${accountId}, ${entry} ${id} : ${PROBLEMS[problem][language]}`,
        ),
      ...heads.map((hash) => `${head} ${hash.slice(0, 64)}`),
    ].join('\n')
  return new AdministrationRefusal({
    fr: `Le journal d'audit n'est pas intact :\n${lines('fr', 'compte', 'entrée', 'empreinte introuvable :')}`,
    en: `The audit is not whole:\n${lines('en', 'account', 'entry', 'hash not found:').replaceAll(' : ', ': ')}`,
  })
}
