/** The language in which the commands speak: `--lang`, else `HAPI_LANG`, else French. */

import type { BilingualText } from '../db/startup-refusal.ts'

export type Language = keyof BilingualText

/** Known before the command line is parsed, because its help and its errors are texts too. */
export function languageOf(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Language {
  const index = argv.findIndex((argument) => /^--lang(?:=|$)/.test(argument))
  const argument = argv[index]
  const asked = argument?.includes('=') ? argument.slice('--lang='.length) : argv[index + 1]
  const value = index === -1 ? environment['HAPI_LANG'] : asked
  return value?.toLowerCase() === 'en' ? 'en' : 'fr'
}
