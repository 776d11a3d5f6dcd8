/** The language of messages and pages: French unless `Accept-Language` prefers English. */

export type Language = 'fr' | 'en'

/** Longer lists than any browser sends are not read to their end. */
const HEADER_LENGTH_MAX = 500

export function negotiateLanguage(acceptLanguage: string | undefined): Language {
  const weights: Record<Language, number> = { fr: 0, en: 0 }
  for (const item of (acceptLanguage ?? '').slice(0, HEADER_LENGTH_MAX).toLowerCase().split(',')) {
    const [tag = '', ...parameters] = item.trim().split(';')
    const quality = Number(
      parameters.map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1]).find(Boolean) ?? 1,
    )
    const language = tag.split('-')[0]
    if (language === 'fr' || language === 'en')
      weights[language] = Math.max(weights[language], quality)
  }
  return weights.en > weights.fr ? 'en' : 'fr'
}
