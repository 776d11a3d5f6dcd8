/**
 * Cases of the OASIS test suites that the parser does not pass, each with its reason.
 *
 * The list only shrinks: the suite fails when a listed case passes, and when an entry matches none.
 * A case is `not implemented` only where the answer is 501.
 */

import type { Outcome } from './entry-points.ts'

export interface Skip {
  /** Rules of the ABNF that the entry covers, in lower case. */
  readonly rules: readonly string[]
  /** Exact inputs, or what they have in common. */
  readonly inputs: readonly string[] | RegExp
  /** What the parser makes of these cases instead. */
  readonly outcome: Outcome
  readonly reason: string
}

const all = /^/s
const uris = ['odatauri', 'odatarelativeuri']

const outOfScope: readonly Skip[] = [
  {
    rules: ['context'],
    inputs: all,
    outcome: 'no entry point',
    reason: 'Context URLs are written by the service, never read.',
  },
  {
    rules: uris,
    inputs: /\$metadata#/,
    outcome: 'refused',
    reason: 'A fragment never reaches a server (RFC 3986 §3.5).',
  },
  {
    rules: ['header'],
    inputs: /^(?:AsyncResult|odata-entityid|odata-error):/i,
    outcome: 'refused',
    reason: 'Headers of answers are written by the service, never read.',
  },
  {
    rules: ['header'],
    inputs: /^content-id:/i,
    outcome: 'refused',
    reason: 'Stands inside the parts of a batch, whose own tests read it.',
  },
  {
    rules: ['request-id'],
    inputs: all,
    outcome: 'no entry point',
    reason: 'Stands inside the parts of a batch, whose own tests read it.',
  },
  {
    rules: ['header'],
    inputs: /^(?:odata-)?isolation:/i,
    outcome: 'refused',
    reason: 'What a request for isolation is answered, the tests of negotiation say.',
  },
  {
    rules: ['includeannotationspreference'],
    inputs: all,
    outcome: 'no entry point',
    reason: 'No answer carries annotations of instances, so that nothing reads which are wanted.',
  },
  {
    rules: ['primitivevalue'],
    inputs: ['Yellow', 'a123456789abcdefABA=', 'SRID=0;Point(142.1 64.1)'],
    outcome: 'refused',
    reason: 'Unquoted text of a CSDL DefaultValue attribute: no request carries it.',
  },
  {
    rules: ['booleanvalue'],
    inputs: ['tRUe'],
    outcome: 'accepted',
    reason: 'Payloads are JSON, whose own parser knows `true` in lower case only.',
  },
]

const notImplemented: readonly Skip[] = [
  {
    rules: [
      'geographycollection',
      'geographylinestring',
      'geographymultilinestring',
      'geographymultipoint',
      'geographymultipolygon',
      'geographypoint',
      'geographypolygon',
      'geometrycollection',
      'geometrylinestring',
      'geometrymultilinestring',
      'geometrymultipoint',
      'geometrymultipolygon',
      'geometrypoint',
      'geometrypolygon',
    ],
    inputs: all,
    outcome: 'not implemented',
    reason: 'The model has no spatial property.',
  },
  {
    rules: ['commonexpr', 'boolcommonexpr', 'filter'],
    inputs: /\bgeo\.\w+\(/,
    outcome: 'not implemented',
    reason: 'The model has no spatial property.',
  },
]

const contractWins: readonly Skip[] = [
  {
    rules: ['filter'],
    inputs: ['$filter =true', '$filter= true'],
    outcome: 'accepted',
    reason: 'B2: blanks at the ends of names and values are allowed, as in the guide.',
  },
  {
    rules: ['queryoptions'],
    inputs: [
      '$format=json&$Format=atom&$format=xml&$format=text/html',
      '$format=JSON&$format=Atom&$format=XML&$format=text/html',
    ],
    outcome: 'refused',
    reason: 'A system query option must not be given more than once (Protocol 4.01 §11.2.1).',
  },
]

/** Only a model can tell: the binder refuses these, by names that the cases stand for. */
const needsModel: readonly Skip[] = [
  {
    rules: ['queryoptions'],
    inputs: ['$search=more&more'],
    outcome: 'accepted',
    reason: 'The suite knows all custom options; a service must ignore unknown ones.',
  },
  {
    rules: ['odatarelativeuri'],
    inputs: ['Model.Rejection', 'Categories/TheBestProduct()'],
    outcome: 'accepted',
    reason: 'Whether a name is an entity set or a bound operation, the model knows.',
  },
  {
    rules: ['odatarelativeuri'],
    inputs: [
      'Categories(1)/Address/$value',
      'Categories(1)/Thumbnail/$value',
      'Products(1)/Model.BestSellingProduct/Model.BestSellingProduct',
    ],
    outcome: 'accepted',
    reason: 'Whether a segment fits the type before it, the model knows.',
  },
  {
    rules: ['odatarelativeuri'],
    inputs: [
      '$entity?$format=json',
      "$entity?$id=http://myservice/Customers('ALFKI')&$select=CompanyName,ContactName&$expand=Orders",
    ],
    outcome: 'accepted',
    reason: 'Which options a resource takes is told after parsing: `$entity` must have an `$id`.',
  },
]

export const abnfSkips: readonly Skip[] = [
  ...outOfScope,
  ...notImplemented,
  ...contractWins,
  ...needsModel,
]

const unofferedTransformations =
  /(?:^|[=/(,\s])(?:addnested|nest|join|outerjoin|ancestors|descendants|traverse|rolluprecursive)\(/

export const aggregationSkips: readonly Skip[] = [
  {
    rules: ['queryoptions', 'odatarelativeuri'],
    inputs: unofferedTransformations,
    outcome: 'not implemented',
    reason:
      'Aggregation 4.0 3.3 and 6: `nest`, `addnested`, `join`, `outerjoin` and hierarchies are not offered.',
  },
  {
    rules: ['queryoptions'],
    inputs:
      /^\$apply=groupby(?!.*(?:nest|join)\().*(?:Custom\.condense|Self\.TopCountAndBalance)\(/s,
    outcome: 'not implemented',
    reason: 'Aggregation 4.0 3.5: the model has no function that is a transformation.',
  },
  {
    rules: ['queryoptions'],
    inputs: /rollup\(CustomerHierarchy\)/,
    outcome: 'not implemented',
    reason: 'Aggregation 4.0 5.3: the metadata have no leveled hierarchies.',
  },
  {
    rules: ['queryoptions'],
    inputs: [
      '$apply=aggregate(Amount as Total)',
      '$apply=aggregate(Amount)',
      '$apply=aggregate(Amount from Time with average as DailyAverage)',
    ],
    outcome: 'accepted',
    reason: 'Whether a name is a custom aggregate or a property, the model knows.',
  },
  {
    rules: ['queryoptions'],
    inputs: [
      '$apply=aggregate(Sales/Amount sub Sales/Cost with sum as TotalAmount)',
      '$apply=groupby((Product/Price/Quantity))',
      '$apply=groupby((Sales/Product/Name))',
    ],
    outcome: 'accepted',
    reason: 'Whether a path leads through collections or beyond a value, the model knows.',
  },
  {
    rules: uris,
    inputs: /\$metadata#/,
    outcome: 'refused',
    reason: 'A fragment never reaches a server (RFC 3986 §3.5).',
  },
]
