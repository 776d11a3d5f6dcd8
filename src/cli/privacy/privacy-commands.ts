/** `hapi privacy …`: what the Act respecting the protection of personal information asks of an operator. */

import type { Command } from 'commander'
import type { CommandContext } from '../command-context.ts'
import { addAnonymise } from './anonymise-command.ts'
import { addExport } from './export-command.ts'
import { addWhoSaw } from './who-saw-command.ts'

export function addPrivacyCommands(program: Command, context: CommandContext): void {
  const group = context.group(program, 'privacy', {
    fr: 'les renseignements personnels : accès, portabilité, anonymisation, qui a vu quoi (Loi 25)',
    en: 'personal information: access, portability, anonymisation, who saw what (Law 25)',
  })
  addExport(group, context)
  addAnonymise(group, context)
  addWhoSaw(group, context)
}
