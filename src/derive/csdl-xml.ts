/** Writes a CSDL document as XML (CSDL XML 4.01): `$metadata` by default. */

import type {
  Annotation,
  AnnotationValue,
  CsdlComplexType,
  CsdlContainer,
  CsdlDocument,
  CsdlEntitySet,
  CsdlEntityType,
  CsdlNavigationProperty,
  CsdlOperation,
  CsdlProperty,
  CsdlSchema,
  CsdlTerm,
  CsdlTypeReference,
} from './csdl.ts'

/** An attribute that is undefined is not written. */
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>

export function writeCsdlXml(document: CsdlDocument): string {
  const references = document.references.map(({ uri, namespace, alias }) =>
    element('edmx:Reference', { Uri: `${uri}.xml` }, [
      element('edmx:Include', { Namespace: namespace, Alias: alias }),
    ]),
  )
  const edmx = element(
    'edmx:Edmx',
    { 'xmlns:edmx': 'http://docs.oasis-open.org/odata/ns/edmx', Version: document.version },
    [...references, element('edmx:DataServices', {}, [schemaElement(document.schema)])],
  )
  return `<?xml version="1.0" encoding="utf-8"?>\n${edmx}\n`
}

function schemaElement(schema: CsdlSchema): string {
  return element(
    'Schema',
    { xmlns: 'http://docs.oasis-open.org/odata/ns/edm', Namespace: schema.namespace },
    [
      ...schema.entityTypes.map(entityTypeElement),
      ...schema.complexTypes.map(complexTypeElement),
      ...schema.functions.map((overload) => operationElement('Function', overload)),
      ...schema.actions.map((overload) => operationElement('Action', overload)),
      ...schema.terms.map(termElement),
      containerElement(schema.container),
      ...schema.annotations.map(annotationElement),
    ],
  )
}

function entityTypeElement(type: CsdlEntityType): string {
  const key = type.key.map((name) => element('PropertyRef', { Name: name }))
  return element('EntityType', { Name: type.name, HasStream: type.hasStream || undefined }, [
    element('Key', {}, key),
    ...type.properties.map(propertyElement),
    ...type.navigation.map(navigationElement),
    ...type.annotations.map(annotationElement),
  ])
}

function complexTypeElement(type: CsdlComplexType): string {
  return element('ComplexType', { Name: type.name }, [
    ...type.properties.map(propertyElement),
    ...type.annotations.map(annotationElement),
  ])
}

function propertyElement(property: CsdlProperty): string {
  return element(
    'Property',
    { Name: property.name, ...typeAttributes(property) },
    property.annotations.map(annotationElement),
  )
}

/** `Nullable` is true unless said otherwise. */
function typeAttributes(reference: CsdlTypeReference): Attributes {
  const { type, collection, nullable, maxLength, precision, scale } = reference
  return {
    Type: collection === true ? `Collection(${type})` : type,
    Nullable: nullable ? undefined : false,
    MaxLength: maxLength,
    Precision: precision,
    Scale: scale,
  }
}

function navigationElement(navigation: CsdlNavigationProperty): string {
  const { name, type, collection, nullable, partner, referentialConstraint } = navigation
  const attributes = {
    Name: name,
    Type: collection ? `Collection(${type})` : type,
    // A collection is never null and must not say so.
    Nullable: collection || nullable ? undefined : false,
    Partner: partner,
  }
  if (referentialConstraint === undefined) return element('NavigationProperty', attributes)
  const [property, referenced] = referentialConstraint
  return element('NavigationProperty', attributes, [
    element('ReferentialConstraint', { Property: property, ReferencedProperty: referenced }),
  ])
}

function operationElement(kind: 'Function' | 'Action', overload: CsdlOperation): string {
  const { name, entitySetPath } = overload
  return element(kind, { Name: name, IsBound: true, EntitySetPath: entitySetPath }, [
    ...overload.parameters.map((parameter) =>
      element(
        'Parameter',
        { Name: parameter.name, ...typeAttributes(parameter) },
        parameter.annotations.map(annotationElement),
      ),
    ),
    element('ReturnType', typeAttributes(overload.returns)),
    ...overload.annotations.map(annotationElement),
  ])
}

function termElement(term: CsdlTerm): string {
  return element(
    'Term',
    { Name: term.name, ...typeAttributes(term), AppliesTo: term.appliesTo.join(' ') },
    term.annotations.map(annotationElement),
  )
}

function containerElement(container: CsdlContainer): string {
  return element('EntityContainer', { Name: container.name }, [
    ...container.entitySets.map(entitySetElement),
    ...container.singletons.map(({ name, type, annotations }) =>
      element('Singleton', { Name: name, Type: type }, annotations.map(annotationElement)),
    ),
    ...container.annotations.map(annotationElement),
  ])
}

function entitySetElement(set: CsdlEntitySet): string {
  return element('EntitySet', { Name: set.name, EntityType: set.type }, [
    ...set.bindings.map(([path, target]) =>
      element('NavigationPropertyBinding', { Path: path, Target: target }),
    ),
    ...set.annotations.map(annotationElement),
  ])
}

function annotationElement(annotation: Annotation): string {
  const { term, qualifier, value } = annotation
  return valued('Annotation', { Term: term, Qualifier: qualifier }, value)
}

/** An element that holds a value: in an attribute when it is a constant, else in a child. */
function valued(name: string, attributes: Attributes, value: AnnotationValue): string {
  if (typeof value === 'object' && (value.kind === 'collection' || value.kind === 'record')) {
    return element(name, attributes, [expressionElement(value)])
  }
  return element(name, { ...attributes, ...constantAttribute(value) })
}

type Constant = Exclude<AnnotationValue, { readonly kind: 'collection' | 'record' }>

function constantAttribute(value: Constant): Attributes {
  if (typeof value === 'boolean') return { Bool: value }
  if (typeof value === 'string') return { String: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { Int: value } : { Decimal: value }
  switch (value.kind) {
    case 'path':
      return { Path: value.path }
    case 'propertyPath':
      return { PropertyPath: value.path }
    case 'navigationPropertyPath':
      return { NavigationPropertyPath: value.path }
    case 'enumMember': {
      const members = value.member.split(',').map((member) => `${value.type}/${member}`)
      return { EnumMember: members.join(' ') }
    }
  }
}

function expressionElement(value: AnnotationValue): string {
  if (typeof value === 'string') return `<String>${escapeText(value)}</String>`
  if (typeof value !== 'object') throw new Error('A collection holds texts, paths or records only')
  switch (value.kind) {
    case 'collection':
      return element('Collection', {}, value.items.map(expressionElement))
    case 'record':
      return element('Record', { Type: value.type }, [
        ...Object.entries(value.members).map(([name, member]) =>
          valued('PropertyValue', { Property: name }, member),
        ),
        ...value.annotations.map(annotationElement),
      ])
    case 'propertyPath':
      return `<PropertyPath>${escapeText(value.path)}</PropertyPath>`
    case 'navigationPropertyPath':
      return `<NavigationPropertyPath>${escapeText(value.path)}</NavigationPropertyPath>`
    case 'path':
    case 'enumMember':
      throw new Error('A collection holds texts, paths or records only')
  }
}

function element(name: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeText(String(value))}"`)
    .join('')
  if (children.length === 0) return `<${name}${written}/>`
  return `<${name}${written}>\n${children.join('\n')}\n</${name}>`
}

function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
