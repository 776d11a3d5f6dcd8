/** What operations say of the module that they belong to. */

import type { EntityType, Module } from '../model/entity-type.ts'
import { modules } from '../model/modules.ts'
import { type Language, say } from './language.ts'
import { type Operation, refTo } from './openapi-document.ts'
import { forbiddenName } from './openapi-responses.ts'

export function getModule(code: string): Module {
  const module = modules.find((each) => each.code === code)
  if (module === undefined) throw new Error(`The model has no module ${code}`)
  return module
}

export function common(
  type: EntityType,
  language: Language,
): Pick<Operation, 'tags' | 'x-primmo-module'> {
  return { tags: [say(getModule(type.module), language)], 'x-primmo-module': type.module }
}

/** 401 and 403, which every reading of the set can answer. */
export function accessErrors(type: EntityType): Operation['responses'] {
  return {
    401: refTo('responses', 'Unauthorized'),
    403: refTo('responses', forbiddenName(type)),
  }
}

export function moduleFact(module: Module, language: Language): string {
  if (!module.optional) return `**Module** : ${say(module, language)}`
  return say(
    {
      fr: `**Module facultatif** : ${module.fr}. Sans lui, la réponse est 403 \`MODULE_NOT_LICENSED\` : le client doit s'adresser au service des ventes de Primmo`,
      en: `**Optional module**: ${module.en}. Without it the answer is 403 \`MODULE_NOT_LICENSED\`: the client should contact Primmo's sales department`,
    },
    language,
  )
}
