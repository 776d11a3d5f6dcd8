/**
 * The terms that the metadata uses, as the OASIS vocabularies (Core, Capabilities, Validation, Measures, Aggregation)
 * and SAP's (Common, Communication, PersonalData) define them: to what they apply, and what their values are.
 */

/** A type: a primitive, a kind of path, the name of a record or of an enumeration below; `[…]` is a collection. */
type TypeName = string

interface Term {
  /** Empty: to everything. */
  readonly appliesTo: readonly string[]
  readonly type: TypeName
}

function term(appliesTo: string, type: TypeName): Term {
  return { appliesTo: appliesTo === '' ? [] : appliesTo.split(' '), type }
}

export const terms: Readonly<Record<string, Term>> = {
  'Core.AcceptableMediaTypes': term('EntityType Property Term TypeDefinition', '[String]'),
  'Core.AlternateKeys': term('EntityType EntitySet NavigationProperty', '[AlternateKey]'),
  'Core.Computed': term('Property', 'Tag'),
  'Core.ComputedDefaultValue': term('Property', 'Tag'),
  'Core.ContentDisposition': term('EntityType Property Term', 'ContentDispositionType'),
  'Core.DefaultNamespace': term('Schema Include', 'Tag'),
  'Core.Description': term('', 'String'),
  'Core.Immutable': term('Property', 'Tag'),
  'Core.LongDescription': term('', 'String'),
  'Core.MediaType': term('EntityType Property Term TypeDefinition', 'String'),
  'Core.ODataVersions': term('EntityContainer', 'String'),
  'Core.OperationAvailable': term('Action Function', 'Boolean'),
  'Core.OptimisticConcurrency': term('EntitySet', '[PropertyPath]'),
  'Core.OptionalParameter': term('Parameter', 'OptionalParameterType'),
  'Core.Permissions': term(
    'Property ComplexType TypeDefinition EntityType EntitySet NavigationProperty Action Function',
    'Permission',
  ),
  'Core.SchemaVersion': term('Schema Reference', 'String'),
  'Capabilities.AsynchronousRequestsSupported': term('EntityContainer', 'Tag'),
  'Capabilities.BatchContinueOnErrorSupported': term('EntityContainer', 'Tag'),
  'Capabilities.BatchSupport': term('EntityContainer', 'BatchSupportType'),
  'Capabilities.BatchSupported': term('EntityContainer', 'Tag'),
  'Capabilities.CallbackSupported': term('EntityContainer EntitySet', 'CallbackType'),
  'Capabilities.ChangeTracking': term(
    'EntityContainer EntitySet Singleton Function FunctionImport NavigationProperty',
    'ChangeTrackingType',
  ),
  'Capabilities.ComputeSupported': term('EntityContainer EntitySet', 'Tag'),
  'Capabilities.ConformanceLevel': term('EntityContainer', 'ConformanceLevelType'),
  'Capabilities.CountRestrictions': term('EntitySet', 'CountRestrictionsType'),
  'Capabilities.CrossJoinSupported': term('EntityContainer', 'Tag'),
  'Capabilities.CustomHeaders': term('EntityContainer', '[CustomParameter]'),
  'Capabilities.CustomQueryOptions': term('EntityContainer', '[CustomParameter]'),
  'Capabilities.DeepInsertSupport': term('EntityContainer EntitySet', 'DeepInsertSupportType'),
  'Capabilities.DeepUpdateSupport': term('EntityContainer EntitySet', 'DeepInsertSupportType'),
  'Capabilities.DeleteRestrictions': term('EntitySet', 'DeleteRestrictionsType'),
  'Capabilities.ExpandRestrictions': term('EntitySet Singleton', 'ExpandRestrictionsType'),
  'Capabilities.FilterFunctions': term('EntityContainer EntitySet', '[String]'),
  'Capabilities.FilterRestrictions': term('EntitySet', 'FilterRestrictionsType'),
  'Capabilities.IndexableByKey': term('EntitySet', 'Tag'),
  'Capabilities.InsertRestrictions': term('EntitySet', 'InsertRestrictionsType'),
  'Capabilities.KeyAsSegmentSupported': term('EntityContainer', 'Tag'),
  'Capabilities.ModificationQueryOptions': term(
    'EntityContainer Action ActionImport',
    'ModificationQueryOptionsType',
  ),
  'Capabilities.NavigationRestrictions': term('EntitySet Singleton', 'NavigationRestrictionsType'),
  'Capabilities.QuerySegmentSupported': term('EntityContainer EntitySet', 'Tag'),
  'Capabilities.ReadRestrictions': term(
    'EntitySet Singleton FunctionImport',
    'ReadRestrictionsType',
  ),
  'Capabilities.SearchRestrictions': term('EntitySet', 'SearchRestrictionsType'),
  'Capabilities.SelectSupport': term('EntityContainer EntitySet Singleton', 'SelectSupportType'),
  'Capabilities.SkipSupported': term('EntitySet', 'Tag'),
  'Capabilities.SortRestrictions': term('EntitySet', 'SortRestrictionsType'),
  'Capabilities.SupportedFormats': term('EntityContainer', '[String]'),
  'Capabilities.SupportedMetadataFormats': term('EntityContainer', '[String]'),
  'Capabilities.TopSupported': term('EntitySet', 'Tag'),
  'Capabilities.UpdateRestrictions': term('EntitySet Singleton', 'UpdateRestrictionsType'),
  'Validation.AllowedValues': term('Property Parameter TypeDefinition', '[AllowedValue]'),
  'Validation.Maximum': term('Property Parameter Term', 'Primitive'),
  'Validation.MaxItems': term('', 'Int'),
  'Validation.Minimum': term('Property Parameter Term', 'Primitive'),
  'Validation.Pattern': term('Property Parameter Term', 'String'),
  'Measures.ISOCurrency': term('Property', 'String'),
  'Measures.Unit': term('Property', 'String'),
  'Aggregation.ApplySupported': term(
    'EntityType ComplexType EntityContainer',
    'ApplySupportedType',
  ),
  'Repeatability.Supported': term('EntityContainer EntitySet ActionImport Action', 'Tag'),
  'Common.FieldControl': term('Property Record EntityType Parameter', 'FieldControlType'),
  'Common.Label': term('', 'String'),
  'Common.SemanticKey': term('EntityType', '[PropertyPath]'),
  'Common.Text': term('Property Record Parameter', 'Path'),
  'Common.ValueList': term('Property Parameter', 'ValueListType'),
  'Common.ValueListWithFixedValues': term('Property Parameter', 'Tag'),
  'Communication.Contact': term('', 'ContactType'),
  'Communication.IsEmailAddress': term('Property', 'Tag'),
  'Communication.IsPhoneNumber': term('Property', 'Tag'),
  'PersonalData.DataSubjectRole': term('EntitySet', 'String'),
  'PersonalData.DataSubjectRoleDescription': term('EntitySet', 'String'),
  'PersonalData.EntitySemantics': term('EntitySet', 'String'),
  'PersonalData.FieldSemantics': term('Property', 'String'),
  'PersonalData.IsPotentiallyPersonal': term('Property', 'Tag'),
  'PersonalData.IsPotentiallySensitive': term('Property', 'Tag'),
  'Primmo.HApi.Module': term('EntitySet', 'String'),
}

const readMembers = { Readable: 'Boolean', Description: 'String', LongDescription: 'String' }

const writeMembers = {
  QueryOptions: 'ModificationQueryOptionsType',
  MaxLevels: 'Int',
  Description: 'String',
  LongDescription: 'String',
}

/** Members of records. A member is optional; those that a form needs are tested where they are used. */
export const records: Readonly<Record<string, Readonly<Record<string, TypeName>>>> = {
  AlternateKey: { Key: '[PropertyRef]' },
  PropertyRef: { Name: 'PropertyPath', Alias: 'String' },
  ContentDispositionType: { Type: 'String', Filename: 'String' },
  OptionalParameterType: { DefaultValue: 'String' },
  AllowedValue: { Value: 'Primitive' },
  BatchSupportType: {
    Supported: 'Boolean',
    ContinueOnErrorSupported: 'Boolean',
    ReferencesInRequestBodiesSupported: 'Boolean',
    ReferencesAcrossChangeSetsSupported: 'Boolean',
    EtagReferencesSupported: 'Boolean',
    RequestDependencyConditionsSupported: 'Boolean',
    SupportedFormats: '[String]',
  },
  CallbackType: { CallbackProtocols: '[CallbackProtocol]' },
  CallbackProtocol: { Id: 'String', UrlTemplate: 'String', DocumentationUrl: 'String' },
  ChangeTrackingType: {
    Supported: 'Boolean',
    FilterableProperties: '[PropertyPath]',
    ExpandableProperties: '[NavigationPropertyPath]',
  },
  CountRestrictionsType: {
    Countable: 'Boolean',
    NonCountableProperties: '[PropertyPath]',
    NonCountableNavigationProperties: '[NavigationPropertyPath]',
  },
  CustomParameter: {
    Name: 'String',
    Description: 'String',
    DocumentationURL: 'String',
    Required: 'Boolean',
  },
  DeepInsertSupportType: { Supported: 'Boolean', ContentIDSupported: 'Boolean' },
  DeleteRestrictionsType: {
    ...writeMembers,
    Deletable: 'Boolean',
    NonDeletableNavigationProperties: '[NavigationPropertyPath]',
    FilterSegmentSupported: 'Boolean',
    TypecastSegmentSupported: 'Boolean',
  },
  ExpandRestrictionsType: {
    Expandable: 'Boolean',
    StreamsExpandable: 'Boolean',
    NonExpandableProperties: '[NavigationPropertyPath]',
    MaxLevels: 'Int',
  },
  FilterRestrictionsType: {
    Filterable: 'Boolean',
    NonFilterableProperties: '[PropertyPath]',
    MaxLevels: 'Int',
  },
  InsertRestrictionsType: {
    ...writeMembers,
    Insertable: 'Boolean',
    NonInsertableProperties: '[PropertyPath]',
    NonInsertableNavigationProperties: '[NavigationPropertyPath]',
    RequiredProperties: '[PropertyPath]',
  },
  ModificationQueryOptionsType: {
    ExpandSupported: 'Boolean',
    SelectSupported: 'Boolean',
    ComputeSupported: 'Boolean',
    FilterSupported: 'Boolean',
    SearchSupported: 'Boolean',
    SortSupported: 'Boolean',
  },
  NavigationRestrictionsType: {
    Navigability: 'NavigationType',
    RestrictedProperties: '[NavigationPropertyRestriction]',
  },
  NavigationPropertyRestriction: {
    NavigationProperty: 'NavigationPropertyPath',
    Navigability: 'NavigationType',
  },
  ReadRestrictionsType: { ...readMembers, ReadByKeyRestrictions: 'ReadByKeyRestrictionsType' },
  ReadByKeyRestrictionsType: readMembers,
  SearchRestrictionsType: { Searchable: 'Boolean', UnsupportedExpressions: 'SearchExpressions' },
  SelectSupportType: {
    Supported: 'Boolean',
    InstanceAnnotationsSupported: 'Boolean',
    Expandable: 'Boolean',
    Filterable: 'Boolean',
    Searchable: 'Boolean',
    TopSupported: 'Boolean',
    SkipSupported: 'Boolean',
    ComputeSupported: 'Boolean',
    Countable: 'Boolean',
    Sortable: 'Boolean',
  },
  SortRestrictionsType: {
    Sortable: 'Boolean',
    AscendingOnlyProperties: '[PropertyPath]',
    DescendingOnlyProperties: '[PropertyPath]',
    NonSortableProperties: '[PropertyPath]',
  },
  UpdateRestrictionsType: {
    ...writeMembers,
    Updatable: 'Boolean',
    Upsertable: 'Boolean',
    DeltaUpdateSupported: 'Boolean',
    UpdateMethod: 'HttpMethod',
    FilterSegmentSupported: 'Boolean',
    TypecastSegmentSupported: 'Boolean',
    NonUpdatableProperties: '[PropertyPath]',
    NonUpdatableNavigationProperties: '[NavigationPropertyPath]',
    RequiredProperties: '[PropertyPath]',
  },
  ApplySupportedType: {
    Transformations: '[String]',
    CustomAggregationMethods: '[String]',
    Rollup: 'RollupType',
    PropertyRestrictions: 'Boolean',
    GroupableProperties: '[PropertyPath]',
    AggregatableProperties: '[PropertyPath]',
  },
  ValueListType: {
    Label: 'String',
    CollectionPath: 'EntitySet',
    DistinctValuesSupported: 'Boolean',
    SearchSupported: 'Boolean',
    Parameters: '[ValueListParameter]',
  },
  // The three are told apart by the type that the record names.
  'Common.ValueListParameterInOut': {
    LocalDataProperty: 'PropertyPath',
    ValueListProperty: 'ListedProperty',
  },
  'Common.ValueListParameterDisplayOnly': { ValueListProperty: 'ListedProperty' },
  'Common.ValueListParameterConstant': {
    ValueListProperty: 'ListedProperty',
    Constant: 'Primitive',
  },
  ContactType: {
    n: 'NameType',
    org: 'String',
    adr: '[AddressType]',
    tel: '[PhoneNumberType]',
    email: '[EmailAddressType]',
  },
  NameType: { surname: 'String', given: 'String' },
  AddressType: {
    street: 'String',
    locality: 'String',
    region: 'String',
    code: 'String',
    country: 'String',
  },
  PhoneNumberType: { uri: 'String', type: 'PhoneType' },
  EmailAddressType: { address: 'String' },
}

/** Members of enumerations by the qualified name of the type. */
export const enumerations: Readonly<Record<string, readonly string[]>> = {
  'Core.Permission': ['None', 'Read', 'Write', 'ReadWrite', 'Invoke'],
  'Capabilities.ConformanceLevelType': ['Minimal', 'Intermediate', 'Advanced'],
  'Capabilities.HttpMethod': ['GET', 'PATCH', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD'],
  'Capabilities.NavigationType': ['Recursive', 'Single', 'None'],
  'Capabilities.SearchExpressions': ['none', 'AND', 'OR', 'NOT', 'phrase', 'group'],
  'Aggregation.RollupType': ['None', 'SingleHierarchy', 'MultipleHierarchies'],
  'Common.FieldControlType': ['Mandatory', 'Optional', 'ReadOnly', 'Inapplicable', 'Hidden'],
  'Communication.PhoneType': ['work', 'home', 'preferred', 'voice', 'cell', 'fax', 'video'],
}
