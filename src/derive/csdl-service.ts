/** What the service as a whole does, and what it does not. A test asks the running service for each claim. */

import type { Label } from '../model/entity-type.ts'
import { annotation, collection, enumMember, inBothLanguages, record, tag } from './annotation.ts'
import { applyTransformations } from './apply-transformations.ts'
import type { Annotation, AnnotationRecord } from './csdl.ts'
import { filterFunctions } from './filter-functions.ts'
import type { Language } from './language.ts'
import type { MetadataView } from './metadata-view.ts'

/**
 * The level whose every MUST is proven, of 4.0 and of 4.01. A test holds it to what `test/conformance/levels/`
 * proves.
 */
export const conformanceLevel = 'Advanced'

export function containerAnnotations({ language }: MetadataView): readonly Annotation[] {
  return [
    annotation('Core.ODataVersions', '4.0 4.01'),
    annotation(
      'Capabilities.ConformanceLevel',
      enumMember('Capabilities.ConformanceLevelType', conformanceLevel),
    ),
    annotation('Capabilities.SupportedFormats', collection(formats)),
    annotation(
      'Capabilities.SupportedMetadataFormats',
      collection(['application/xml', 'application/json']),
    ),
    ...queryCapabilities,
    ...requestCapabilities,
    ...writeCapabilities,
    annotation('Capabilities.CustomQueryOptions', collection([custom('dryRun', dryRun, language)])),
    annotation(
      'Capabilities.CustomHeaders',
      collection([custom('Idempotency-Key', idempotencyKey, language)]),
    ),
  ]
}

const formats = ['minimal', 'full', 'none'].map(
  (amount) => `application/json;odata.metadata=${amount}`,
)

const queryCapabilities: readonly Annotation[] = [
  annotation('Capabilities.FilterFunctions', collection(filterFunctions)),
  tag('Capabilities.KeyAsSegmentSupported'),
  tag('Capabilities.QuerySegmentSupported'),
  tag('Capabilities.ComputeSupported'),
  tag('Capabilities.CrossJoinSupported'),
  annotation(
    'Capabilities.SelectSupport',
    record({
      Supported: true,
      InstanceAnnotationsSupported: false,
      // Of the collections that a record holds; no entity is inside another.
      Expandable: false,
      Filterable: true,
      Searchable: true,
      TopSupported: true,
      SkipSupported: true,
      ComputeSupported: false,
      Countable: true,
      Sortable: true,
    }),
  ),
  annotation(
    'Aggregation.ApplySupported',
    record({
      Transformations: collection(applyTransformations),
      Rollup: enumMember('Aggregation.RollupType', 'MultipleHierarchies'),
      PropertyRestrictions: false,
    }),
  ),
]

const requestCapabilities: readonly Annotation[] = [
  tag('Capabilities.AsynchronousRequestsSupported'),
  tag('Repeatability.Supported'),
  tag('Capabilities.BatchSupported'),
  tag('Capabilities.BatchContinueOnErrorSupported'),
  annotation(
    'Capabilities.BatchSupport',
    record({
      Supported: true,
      ContinueOnErrorSupported: true,
      ReferencesInRequestBodiesSupported: true,
      ReferencesAcrossChangeSetsSupported: true,
      EtagReferencesSupported: true,
      RequestDependencyConditionsSupported: false,
      SupportedFormats: collection(['multipart/mixed', 'application/json']),
    }),
  ),
]

const withoutContentIds = record({ Supported: true, ContentIDSupported: false })

const writeCapabilities: readonly Annotation[] = [
  annotation('Capabilities.DeepInsertSupport', withoutContentIds),
  annotation('Capabilities.DeepUpdateSupport', withoutContentIds),
  annotation(
    'Capabilities.ModificationQueryOptions',
    record({ ExpandSupported: true, SelectSupported: true }),
  ),
]

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
