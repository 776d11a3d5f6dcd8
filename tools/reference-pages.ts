/** Pages of `docs/reference/`, made from the tables they describe. */

import { errorCatalogue } from '../src/errors/catalogue.ts'
import { flagOf, type Setting, settings } from '../src/settings.ts'

/** Every setting: name, default, what it means, in both languages. */
export function configurationPage(): string {
  const rows = Object.values<Setting<unknown>>(settings).map((setting) => {
    const name =
      setting.secret === true
        ? `\`${setting.name}\`<br>\`${setting.name}_FILE\``
        : `\`${setting.name}\`<br>\`${flagOf(setting)}\``
    const value = setting.default === undefined ? '' : `\`${setting.default}\``
    return `| ${name} | ${value} | ${cell(setting.fr)} | ${cell(setting.en)} |`
  })
  return [
    '# Configuration',
    '',
    'Ordre : option de commande > variable > `hapi.config.json` > valeur par défaut. Un secret se donne aussi par le fichier que nomme `…_FILE`, jamais par une option. `hapi config` montre chaque valeur et son origine.',
    '',
    'Order: command-line flag > variable > `hapi.config.json` > default. A secret may also be given by the file that `…_FILE` names, never by a flag. `hapi config` shows each value and its origin.',
    '',
    '| Variable, option | Défaut · Default | | |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** Every error code: status and message in both languages. */
export function errorsPage(): string {
  const rows = Object.entries(errorCatalogue).map(
    ([code, entry]) => `| \`${code}\` | ${entry.status} | ${cell(entry.fr)} | ${cell(entry.en)} |`,
  )
  return [
    '# Erreurs · Errors',
    '',
    'Le corps : `{"error":{"code","message","target","details","innererror":{"requestId"}}}`. Le code ne change jamais; le message suit `Accept-Language`, français par défaut.',
    '',
    'The body: `{"error":{"code","message","target","details","innererror":{"requestId"}}}`. The code never changes; the message follows `Accept-Language`, French by default.',
    '',
    '| Code | HTTP | Français | English |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** A cell of a table ends at a bar and a line at its end. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
