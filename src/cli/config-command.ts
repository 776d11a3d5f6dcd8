/** `hapi config`: every setting, its value and where it came from; secrets are masked. */

import type { Command } from 'commander'
import { readConfig, showConfig } from '../config.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'

const SETTING: readonly Column[] = [
  { key: 'name', fr: 'Réglage', en: 'Setting', essential: true },
  { key: 'value', fr: 'Valeur', en: 'Value', essential: true },
  { key: 'origin', fr: 'Origine', en: 'Origin' },
  { key: 'description', fr: 'Description', en: 'Description' },
]

export function addConfigCommand(program: Command, context: CommandContext): void {
  const command = context.command(program, 'config', {
    fr: "montrer chaque réglage et l'origine de sa valeur",
    en: 'show every setting and where its value comes from',
  })
  command.action(() => {
    const sources = context.sourcesOf(command)
    context.show(command, {
      columns: SETTING,
      isList: true,
      rows: showConfig(sources).map((setting) => ({
        ...setting,
        description: context.text(setting),
      })),
    })
    // Shown first, so that a bad value can be seen beside where it came from; then refused.
    readConfig(sources)
  })
}
