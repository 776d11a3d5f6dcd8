/** The parts of OpenAPI 3.0.3 that HApi's document uses. */

import type { Json, JsonObject } from './json.ts'

export interface OpenApiDocument {
  readonly openapi: '3.0.3'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly parameters: Readonly<Record<string, Parameter>>
    readonly responses: Readonly<Record<string, Response>>
    readonly examples: Readonly<Record<string, Example>>
    readonly securitySchemes: JsonObject
  }
  readonly security: readonly SecurityRequirement[]
}

type SecurityRequirement = Readonly<Record<string, readonly string[]>>

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

export type PathItem = Readonly<Partial<Record<Method, Operation>>>

export interface Reference {
  readonly $ref: string
}

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description: string
  readonly parameters?: readonly (Parameter | Reference)[]
  readonly requestBody?: RequestBody
  readonly responses: Readonly<Record<string, Response | Reference>>
  readonly security?: readonly SecurityRequirement[]
  /** Requests that follow from this one, sent by us: by their names, then by the expression of their URL. */
  readonly callbacks?: Readonly<Record<string, Readonly<Record<string, PathItem>>>>
  /** Name by which a webhook subscription asks for the entity. */
  readonly 'x-primmo-webhook'?: string
  readonly 'x-primmo-module'?: string
  /** Who alone has the operation; everybody with the right when it is not said. */
  readonly 'x-primmo-profile'?: 'administrator'
  /** Numbers of the rules that the operation runs. */
  readonly 'x-primmo-rules'?: readonly string[]
}

interface RequestBody {
  readonly required: boolean
  readonly content: Readonly<Record<string, MediaType>>
}

export interface Parameter {
  readonly name: string
  readonly in: 'query' | 'path' | 'header'
  readonly required?: boolean
  readonly description: string
  readonly schema: Schema
  readonly example?: Json
  readonly examples?: Readonly<Record<string, Example>>
}

export interface Example {
  readonly summary: string
  readonly value: Json
}

export interface Response {
  readonly description: string
  readonly headers?: Readonly<Record<string, Header>>
  readonly content?: Readonly<Record<string, MediaType>>
}

export type Header = Pick<Parameter, 'description' | 'schema' | 'example'>

interface MediaType {
  readonly schema: Schema | Reference
  readonly example?: Json
  readonly examples?: Readonly<Record<string, Example | Reference>>
}

export interface Schema {
  /** Absent where alternatives have each their own. */
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  readonly oneOf?: readonly Schema[]
  readonly description?: string
  readonly format?: string
  readonly pattern?: string
  readonly default?: Json
  readonly example?: Json
  readonly required?: readonly string[]
  readonly nullable?: boolean
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly enum?: readonly Json[]
  readonly items?: Schema | Reference
  readonly minItems?: number
  readonly properties?: Readonly<Record<string, Schema | Reference>>
  readonly additionalProperties?: Schema
  readonly 'x-primmo-personal'?: true
  readonly 'x-primmo-sensitive'?: true
  /** A text that people write freely, so that it may say something about a person. */
  readonly 'x-primmo-free-text'?: true
}

/** A reference to a component, and the only place that spells its address. */
export function refTo(
  kind: 'schemas' | 'parameters' | 'responses' | 'examples',
  name: string,
): Reference {
  return { $ref: `#/components/${kind}/${name}` }
}

/** What is read may be read by a token or by a feed account. */
export const readers: readonly SecurityRequirement[] = [{ bearer: [] }, { feed: [] }]
