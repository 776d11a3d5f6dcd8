/** Amounts, dates and numbers as the two languages write them (OQLF; Canadian English). */

import { Decimal } from 'decimal.js'
import type { PaperLanguage } from './facts.ts'

/** U+00A0: neither a figure nor its sign begins a line alone. */
const NBSP = '\u00a0'

/** `1234.50` → `1 234,50 $` or `$1,234.50`. */
export function amountText(amount: string, language: PaperLanguage): string {
  const [whole = '0', cents = '00'] = amount.replace(/^-/, '').split('.')
  const digits = `${cents}00`.slice(0, 2)
  const minus = amount.startsWith('-') ? '\u2212' : ''
  return language === 'F'
    ? `${minus}${grouped(whole, NBSP)},${digits}${NBSP}$`
    : `${minus}$${grouped(whole, ',')}.${digits}`
}

function grouped(whole: string, separator: string): string {
  return whole.replace(/\B(?=(?:\d{3})+$)/g, separator)
}

/** `3.158` → `3,16 %` or `3.16%`; two decimals at most. */
export function percentText(percent: string, language: PaperLanguage): string {
  // half away from zero, which decimal.js calls half up.
  const rounded = new Decimal(percent).toDecimalPlaces(2, Decimal.ROUND_HALF_UP).toString()
  const signed = rounded.replace('-', '\u2212')
  return language === 'F' ? `${signed.replace('.', ',')}${NBSP}%` : `${signed}%`
}

const MONTHS = {
  F: [
    'janvier',
    'février',
    'mars',
    'avril',
    'mai',
    'juin',
    'juillet',
    'août',
    'septembre',
    'octobre',
    'novembre',
    'décembre',
  ],
  A: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
} as const

/** `2026-07-01` → `1er juillet 2026` or `July 1, 2026`. */
export function dayText(day: string, language: PaperLanguage): string {
  const [year = '', month = '', date = ''] = day.split('-')
  const name = MONTHS[language][Number(month) - 1] ?? month
  const number = Number(date)
  return language === 'F'
    ? `${number === 1 ? '1er' : number}${NBSP}${name}${NBSP}${year}`
    : `${name}${NBSP}${number}, ${year}`
}

/** French signs keep the blank before them, and none begins a line: `fait foi : le bail`, `« Rex »`. */
export function unbroken(text: string, language: PaperLanguage): string {
  return language === 'F' ? text.replace(/ (?=[:;?!»%$])|(?<=«) /g, NBSP) : text
}
