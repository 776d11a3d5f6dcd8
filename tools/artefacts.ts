/** Everything that is derived (from the model, the settings, the error catalogue) and checked in: where it stands and what it says. */

import { readFileSync } from 'node:fs'
import { readConfig } from '../src/config.ts'
import { csdlOf } from '../src/derive/csdl-document.ts'
import { writeCsdlJson } from '../src/derive/csdl-json.ts'
import { writeCsdlXml } from '../src/derive/csdl-xml.ts'
import type { Language } from '../src/derive/language.ts'
import { unrestrictedIntegrator } from '../src/derive/metadata-view.ts'
import { buildOpenApi } from '../src/derive/openapi.ts'
import { writeRules } from '../src/domain/rules.ts'
import { model } from '../src/model/model.ts'
import { deliveryPolicyOf } from '../src/webhook-policies.ts'
import { conformancePage } from './conformance-page.ts'
import { importPage } from './import-page.ts'
import { personalPage } from './personal-page.ts'
import { configurationPage, errorsPage } from './reference-pages.ts'
import { writingPage } from './writing-page.ts'

/** Root of the repository, where the paths of artefacts begin. */
export const root = new URL('../', import.meta.url)

export interface Artefact {
  readonly path: string
  readonly text: string
}

export function artefacts(): readonly Artefact[] {
  const metadata = csdlOf(model, {
    version: '4.0',
    language: 'fr',
    reader: unrestrictedIntegrator,
    expandLevels: defaults.limitExpandDepth,
  })
  return [
    { path: 'test/golden/metadata.xml', text: writeCsdlXml(metadata) },
    { path: 'test/golden/metadata.json', text: writeCsdlJson(metadata) },
    { path: 'test/golden/openapi.fr.json', text: openApiText('fr') },
    { path: 'test/golden/openapi.en.json', text: openApiText('en') },
    { path: 'docs/reference/configuration.md', text: configurationPage() },
    { path: 'docs/reference/errors.md', text: errorsPage() },
    { path: 'docs/reference/import-files.fr.md', text: importPage('fr') },
    { path: 'docs/reference/import-files.en.md', text: importPage('en') },
    { path: 'docs/reference/odata-conformance.md', text: conformancePage() },
    { path: 'docs/reference/personal-information.md', text: personalPage() },
    { path: 'docs/reference/writing.fr.md', text: writingPage('fr') },
    { path: 'docs/reference/writing.en.md', text: writingPage('en') },
  ]
}

/** No setting is given: what is checked in does not depend on who makes it. */
const defaults = readConfig({ flags: {}, environment: {}, file: '/nowhere/hapi.config.json' })

/** Paths of the artefacts that are not as checked in; empty when all are. */
export function findStale(): readonly string[] {
  return artefacts()
    .filter(({ path, text }) => readChecked(path) !== text)
    .map(({ path }) => path)
}

function readChecked(path: string): string | undefined {
  try {
    return readFileSync(new URL(path, root), 'utf8')
  } catch {
    // A missing artefact is as stale as a wrong one.
    return undefined
  }
}

function openApiText(lang: Language): string {
  // The version is the product's own; a release must not change the golden files.
  const document = buildOpenApi(model, {
    lang,
    version: '0.0.0',
    serverUrl: '/',
    rules: writeRules,
    delivery: deliveryPolicyOf(defaults),
  })
  return `${JSON.stringify(document, null, 1)}\n`
}
