/** How far an import has come, for a person who waits at a terminal; nothing where nobody looks. */

import { Presets, SingleBar } from 'cli-progress'
import type { ImportProgress } from '../domain/import/import-state.ts'
import type { Language } from './speech.ts'

export interface ProgressBar {
  update(progress: ImportProgress, steps: number): void
  stop(): void
}

export const NO_BAR: ProgressBar = { update: () => {}, stop: () => {} }

const FORMATS: Readonly<Record<Language, string>> = {
  fr: '{bar} {percentage} % | {value} de {total} lignes | refusées : {refused} | reste {eta_formatted}',
  en: '{bar} {percentage}% | {value} of {total} rows | refused: {refused} | {eta_formatted} left',
}

/** @param stream the terminal */
export function progressBar(stream: NodeJS.WriteStream, language: Language): ProgressBar {
  const bar = new SingleBar(
    { format: FORMATS[language], stream, hideCursor: true, clearOnComplete: true },
    Presets.shades_classic,
  )
  let isStarted = false
  return {
    update({ position, refused }, steps) {
      if (!isStarted) bar.start(steps, position, { refused })
      else bar.update(position, { refused })
      isStarted = true
    },
    stop() {
      if (isStarted) bar.stop()
    },
  }
}
