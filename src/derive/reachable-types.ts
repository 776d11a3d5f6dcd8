import type { ComplexType } from '../model/entity-type.ts'
import type { Model } from '../model/model.ts'
import { singletons } from '../model/singletons.ts'

/** The complex types that served operations return and singletons have, directly or inside one another, in the order of the model. */
export function reachableComplexTypes(model: Model): readonly ComplexType[] {
  const reached = new Set<ComplexType>()
  const visit = (text: string): void => {
    const type = model.findComplexType(text.replace(/^Collection\((.+)\)$/, '$1'))
    if (type === undefined || reached.has(type)) return
    reached.add(type)
    for (const property of type.properties) visit(property.type)
  }
  for (const operation of model.operations) visit(operation.returns)
  for (const { type } of singletons) for (const property of type.properties) visit(property.type)
  return model.complexTypes.filter((type) => reached.has(type))
}
