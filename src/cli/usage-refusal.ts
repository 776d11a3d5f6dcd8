/** A command line that says what it cannot mean: exit code 2. */

import { type CommanderError, InvalidArgumentError } from 'commander'
import type { BilingualText } from '../db/startup-refusal.ts'

export class UsageRefusal extends Error {
  override readonly name = 'UsageRefusal'
  readonly text: BilingualText

  constructor(text: BilingualText) {
    super(text.en)
    this.text = text
  }
}

/** The parser speaks English alone; these are its errors as we tell them, around what it quotes. */
const FRENCH: Readonly<Record<string, (quoted: string) => string>> = {
  'commander.unknownOption': (option) => `option inconnue : ${option}`,
  'commander.unknownCommand': (command) => `commande inconnue : ${command}`,
  'commander.excessArguments': () => 'trop d’arguments, ou commande inconnue',
  'commander.missingArgument': (argument) => `argument manquant : ${argument}`,
  'commander.optionMissingArgument': (option) => `valeur manquante pour l'option ${option}`,
  'commander.missingMandatoryOptionValue': (option) => `option obligatoire : ${option}`,
  'commander.invalidArgument': (value) => `valeur refusée : ${value}`,
}

/** The text of an error of the parser. */
export function usageText(error: CommanderError): BilingualText {
  // A group without a command has shown its help.
  if (error.code === 'commander.help') {
    return { fr: 'Il manque une commande.', en: 'A command is missing.' }
  }
  const en = error.message.replace(/^error: /, '')
  const quoted = /'([^']*)'/.exec(en)?.[1] ?? ''
  return { en, fr: FRENCH[error.code]?.(quoted) ?? en }
}

/** Reads an instant or a date; commander tells the option when it is none. */
export function parseInstant(text: string): Date {
  const instant = new Date(text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(instant.getTime())) {
    throw new InvalidArgumentError(`'${text}' (2026-12-31, 2026-12-31T17:00:00Z)`)
  }
  return instant
}
