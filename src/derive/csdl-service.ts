/** What the service as a whole does, and what it does not. A test asks the running service for each claim. */

import type { Label } from '../model/entity-type.ts'
import { annotation, collection, inBothLanguages, record, tag } from './annotation.ts'
import type { Annotation, AnnotationRecord } from './csdl.ts'
import { filterFunctions } from './filter-functions.ts'
import type { Language } from './language.ts'
import type { MetadataView } from './metadata-view.ts'

export function containerAnnotations({ language }: MetadataView): readonly Annotation[] {
  return [
    annotation('Core.ODataVersions', '4.0 4.01'),
    annotation(
      'Capabilities.SupportedFormats',
      collection([
        'application/json;odata.metadata=minimal',
        'application/json;odata.metadata=none',
      ]),
    ),
    annotation(
      'Capabilities.SupportedMetadataFormats',
      collection(['application/xml', 'application/json']),
    ),
    annotation('Capabilities.FilterFunctions', collection(filterFunctions)),
    annotation('Capabilities.BatchSupported', false),
    annotation('Capabilities.CrossJoinSupported', false),
    annotation('Capabilities.AsynchronousRequestsSupported', false),
    tag('Capabilities.KeyAsSegmentSupported'),
    tag('Capabilities.ComputeSupported'),
    annotation('Capabilities.CustomQueryOptions', collection([custom('dryRun', dryRun, language)])),
    annotation(
      'Capabilities.CustomHeaders',
      collection([custom('Idempotency-Key', idempotencyKey, language)]),
    ),
  ]
}

const dryRun: Label = {
  fr: 'true : répond ce que ferait une écriture, sans rien garder',
  en: 'true: answers what a write would do, and keeps nothing',
}

const idempotencyKey: Label = {
  fr: 'Une écriture répétée avec la même clé répond la même chose et ne se fait qu’une fois',
  en: 'A write repeated with the same key answers the same and is done once',
}

function custom(name: string, label: Label, language: Language): AnnotationRecord {
  return record(
    { Name: name, Description: label[language], Required: false },
    inBothLanguages('Core.Description', label, language).slice(1),
  )
}
