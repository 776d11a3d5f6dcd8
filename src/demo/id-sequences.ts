/** Numbers that generated rows take one after the other, in creation order (recipe §2.4, §7). */

const firstGeneratedId = 10_001

/** Greatest whole part of the fixed TenantNo, where it passes the first generated number. */
const greatestFixedTenantNo: Readonly<Record<string, number>> = { '3 D': 7535 }
const firstGeneratedTenantNo = 1001

/** Greatest fixed ServiceCallNo by division. */
const greatestFixedServiceCallNo: Readonly<Record<number, number>> = { 3: 812 }

export class IdSequences {
  readonly #ids = new Map<string, number>()
  readonly #tenantNos = new Map<string, number>()
  readonly #serviceCallNos = new Map<number, number>()
  readonly #turns = new Map<string, number>()

  /** Next Id of an entity. */
  nextId(entity: string): number {
    const id = this.#ids.get(entity) ?? firstGeneratedId
    this.#ids.set(entity, id + 1)
    return id
  }

  /** Next TenantNo (its whole part) of a division and tenant type. */
  nextTenantNo(divisionId: number, tenantType: string): number {
    const key = `${divisionId} ${tenantType}`
    const greatest = greatestFixedTenantNo[key] ?? 0
    const no = this.#tenantNos.get(key) ?? Math.max(firstGeneratedTenantNo, greatest + 1)
    this.#tenantNos.set(key, no + 1)
    return no
  }

  /** Next ServiceCallNo of a division. */
  nextServiceCallNo(divisionId: number): number {
    const greatest = greatestFixedServiceCallNo[divisionId] ?? 0
    const no = this.#serviceCallNos.get(divisionId) ?? greatest + 1
    this.#serviceCallNos.set(divisionId, no + 1)
    return no
  }

  /** 0 to `count` − 1 and from the start again, for what the recipe gives in turn. */
  nextTurn(what: string, count: number): number {
    const turn = this.#turns.get(what) ?? 0
    this.#turns.set(what, (turn + 1) % count)
    return turn
  }
}

/** What every generated row needs: its Id, and the salt of the portfolio for its generator. */
export interface GenerationContext {
  readonly ids: IdSequences
  readonly salt: string
}
