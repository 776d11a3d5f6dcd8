/**
 * Integrators that write without pause while the product is killed under them, and that remember what they
 * were told: which rows must be there afterwards, with which values, and which must not.
 */

/** What the product says to one request; undefined when it died before it answered, or could not say. */
export interface Reply {
  readonly status: number
  readonly replayed: boolean
  readonly json: Readonly<Record<string, unknown>> | undefined
}

/** A service that comes and goes; `send` waits until it is there. */
export interface Service {
  send(request: Request): Promise<Reply | undefined>
}

interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: Fields
  /** `Idempotency-Key`. */
  readonly key?: string
}

export type Fields = Readonly<Record<string, string | number | boolean | null>>

/** A write and how to find out, when no answer came, whether it was done. */
interface Write extends Request {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  /** Path at which the row can be read, when the write was done. */
  readonly trace: string
  /** Whether what is read there says that it was done. */
  readonly isDone: (row: Fields | undefined) => boolean
}

/** Rows that the demo has, for the use of one writer alone. */
export interface Portfolio {
  readonly divisions: readonly Fields[]
  readonly units: Fields[]
  readonly parkings: Fields[]
  readonly storages: Fields[]
  readonly services: readonly Fields[]
  /** With leases, some with spaces and services. */
  readonly tenants: readonly number[]
}

interface Rented {
  readonly set: 'TenantParkings' | 'TenantStorages'
  readonly id: number
  readonly space: Fields
}

interface Dossier {
  readonly tenantId: number
  readonly division: Fields
  lease: { readonly id: number; readonly unit: Fields } | undefined
  readonly rented: Rented[]
  readonly services: number[]
  readonly priceChanges: number[]
  departs: boolean
}

/** `Leases 1234` → what its row says; `gone` when it was deleted. */
type Facts = Map<string, Fields | 'gone'>

/** What was sent under a key: the one row that it made. */
interface KeyedRow {
  readonly key: string
  readonly set: string
  readonly trace: string
}

export class CrashWriter {
  readonly facts: Facts = new Map()
  readonly keyed: KeyedRow[] = []
  /** Writes that were done, how many of them were found out afterwards, and refusals by code. */
  readonly counts = { done: 0, unanswered: 0, repeated: 0 }
  readonly refusals = new Map<string, number>()
  readonly #name: string
  readonly #service: Service
  readonly #portfolio: Portfolio
  readonly #random: () => number
  readonly #dossiers: Dossier[] = []
  #made = 0

  constructor(
    name: string,
    service: Service,
    portfolio: Portfolio,
    /** From 0 to 1. */
    random: () => number,
  ) {
    this.#name = name
    this.#service = service
    this.#portfolio = portfolio
    this.#random = random
    for (const tenantId of portfolio.tenants) this.#dossiers.push(dossierOf(tenantId, {}))
  }

  /** One write more. */
  async step(): Promise<void> {
    this.#made += 1
    if (this.#dossiers.length < 4 || this.#random() < 0.12) return this.#addTenant()
    const dossier = this.#pick(this.#dossiers)
    const choices = this.#choices(dossier)
    return choices.length === 0 ? this.#addTenant() : this.#pick(choices)()
  }

  #choices(dossier: Dossier): readonly (() => Promise<void>)[] {
    const isNew = Object.keys(dossier.division).length > 0
    const { lease, rented, services, priceChanges } = dossier
    return [
      ...(isNew && lease === undefined ? [() => this.#addLease(dossier)] : []),
      ...(isNew ? [() => this.#rent(dossier, 'TenantParkings')] : []),
      ...(isNew ? [() => this.#rent(dossier, 'TenantStorages')] : []),
      ...(isNew ? [() => this.#addService(dossier)] : []),
      ...(lease === undefined ? [] : [() => this.#planPrice(dossier, lease.id)]),
      ...(lease === undefined ? [] : [() => this.#cancelLease(dossier, lease)]),
      ...(dossier.departs ? [() => this.#stay(dossier)] : []),
      ...(!dossier.departs && (!isNew || lease !== undefined || rented.length > 0)
        ? [() => this.#depart(dossier)]
        : []),
      ...(rented.length === 0 ? [] : [() => this.#release(dossier)]),
      ...(services.length === 0 ? [] : [() => this.#remove('TenantServices', services)]),
      ...(priceChanges.length === 0 ? [] : [() => this.#remove('LeasePriceChanges', priceChanges)]),
    ]
  }

  async #addTenant(): Promise<void> {
    const { CompanyNo = 0, DivisionNo = 0 } = this.#pick(this.#portfolio.divisions)
    const body = { CompanyNo, DivisionNo, LastName: this.#unique() }
    const row = await this.#create('Tenants', body, `LastName eq '${body.LastName}'`)
    if (row !== undefined)
      this.#dossiers.push(dossierOf(Number(row['Id']), { CompanyNo, DivisionNo }))
  }

  async #addLease(dossier: Dossier): Promise<void> {
    const unit = take(this.#portfolio.units, dossier.division)
    if (unit === undefined) return
    const LeaseNo = this.#unique()
    const body = {
      TenantId: dossier.tenantId,
      UnitId: unit['Id'] ?? null,
      LeaseNo,
      StartDate: this.#pick(['2026-07-01', '2026-08-01', '2026-08-15']),
      EndDate: this.#pick(['2027-06-30', '2027-04-30', '2028-06-30', '2027-07-31']),
      IsRenewable: this.#random() < 0.7,
      SignedDate: this.#random() < 0.7 ? '2026-06-10' : null,
      RentAmount: 1_000 + this.#made,
    }
    const row = await this.#create('Leases', body, `LeaseNo eq '${LeaseNo}'`)
    // A unit that is refused would be refused again.
    if (row !== undefined) dossier.lease = { id: Number(row['Id']), unit }
  }

  async #rent(dossier: Dossier, set: Rented['set']): Promise<void> {
    const isParking = set === 'TenantParkings'
    const spaces = isParking ? this.#portfolio.parkings : this.#portfolio.storages
    const space = take(spaces, dossier.division)
    if (space === undefined) return
    const body = {
      TenantId: dossier.tenantId,
      [isParking ? 'ParkingId' : 'StorageId']: space['Id'] ?? null,
      StartDate: '2026-08-01',
      EndDate: this.#random() < 0.8 ? '2027-07-31' : null,
      IsRenewable: this.#random() < 0.5,
      Amount: this.#uniqueAmount(),
    }
    const trace = `TenantId eq ${dossier.tenantId} and Amount eq ${body.Amount}`
    const row = await this.#create(set, body, trace)
    if (row !== undefined) dossier.rented.push({ set, id: Number(row['Id']), space })
  }

  async #addService(dossier: Dossier): Promise<void> {
    const { Id = 0, ServiceKind } = this.#pick(this.#portfolio.services)
    const amount = this.#uniqueAmount()
    const body = {
      TenantId: dossier.tenantId,
      ServiceId: Id,
      StartDate: '2026-08-01',
      EndDate: this.#random() < 0.5 ? '2026-09-30' : null,
      Amount: ServiceKind === 'RB' ? -amount : amount,
    }
    const trace = `TenantId eq ${dossier.tenantId} and Amount eq ${body.Amount}`
    const row = await this.#create('TenantServices', body, trace)
    if (row !== undefined) dossier.services.push(Number(row['Id']))
  }

  /** A decrease, which is free. */
  async #planPrice(dossier: Dossier, leaseId: number): Promise<void> {
    const month = (this.#made % 6) + 1
    const EffectiveDate = `2027-0${month}-01`
    const NewAmount = 990 - month * 10 - (this.#made % 1_000) / 100
    const body = {
      LeaseId: leaseId,
      EffectiveDate,
      NewAmount: Number(NewAmount.toFixed(2)),
      ChangeType: 'C',
    }
    const trace = `LeaseId eq ${leaseId} and EffectiveDate eq ${EffectiveDate} and NewAmount eq ${body.NewAmount}`
    const row = await this.#create('LeasePriceChanges', body, trace)
    if (row !== undefined) dossier.priceChanges.push(Number(row['Id']))
  }

  async #cancelLease(
    dossier: Dossier,
    lease: { readonly id: number; readonly unit: Fields },
  ): Promise<void> {
    const done = await this.#write({
      method: 'POST',
      path: `/api/Leases(${lease.id})/Cancel`,
      body: { Reason: 'Annulé' },
      trace: `/api/Leases(${lease.id})`,
      isDone: (row) => row?.['Status'] === 'X',
    })
    if (done === undefined) return
    this.#know('Leases', lease.id, { Status: 'X', CancelReason: 'Annulé' })
    // Its planned changes are cancelled with it: they stay, and cannot be deleted any more.
    for (const id of dossier.priceChanges.splice(0))
      this.#know('LeasePriceChanges', id, { Status: 'X' })
    dossier.lease = undefined
    this.#portfolio.units.push(lease.unit)
  }

  async #depart(dossier: Dossier): Promise<void> {
    const DepartureDate = this.#pick(['2026-12-31', '2027-01-31', '2027-03-15'])
    const body = { DepartureDate, DepartureReason: 'E' }
    if (await this.#patchTenant(dossier, body)) dossier.departs = true
  }

  async #stay(dossier: Dossier): Promise<void> {
    if (await this.#patchTenant(dossier, { DepartureDate: null })) dossier.departs = false
  }

  async #patchTenant(
    { tenantId }: Dossier,
    body: Fields & { readonly DepartureDate: string | null },
  ): Promise<boolean> {
    const done = await this.#write({
      method: 'PATCH',
      path: `/api/Tenants(${tenantId})`,
      body,
      trace: `/api/Tenants(${tenantId})`,
      isDone: (row) => row?.['DepartureDate'] === body.DepartureDate,
    })
    // without a departure there is no reason of it.
    const reason = body.DepartureDate === null ? { DepartureReason: null } : {}
    if (done !== undefined) this.#know('Tenants', tenantId, { ...body, ...reason })
    return done !== undefined
  }

  async #release({ rented }: Dossier): Promise<void> {
    const [rental, ...rest] = rented
    if (rental === undefined) return
    const { set, id, space } = rental
    const left = [id]
    await this.#remove(set, left)
    if (left.length > 0) return
    rented.splice(0, rented.length, ...rest)
    const { parkings, storages } = this.#portfolio
    ;(set === 'TenantParkings' ? parkings : storages).push(space)
  }

  /** The first of these rows. */
  async #remove(set: string, ids: number[]): Promise<void> {
    const [id] = ids
    const path = `/api/${set}(${id})`
    const done = await this.#write({
      method: 'DELETE',
      path,
      trace: path,
      isDone: (row) => row === undefined,
    })
    if (done === undefined || id === undefined) return
    ids.shift()
    this.facts.set(`${set} ${id}`, 'gone')
  }

  async #create(set: string, body: Fields, trace: string): Promise<Fields | undefined> {
    const list = `/api/${set}?$filter=${encodeURIComponent(trace)}`
    const row = await this.#write({
      method: 'POST',
      path: `/api/${set}`,
      body,
      trace: list,
      isDone: (found) => found !== undefined,
    })
    if (row !== undefined) this.#know(set, Number(row['Id']), body)
    return row
  }

  /** The row as it was answered, or found afterwards; undefined when the write was refused or lost. */
  async #write(write: Write): Promise<Fields | undefined> {
    const key = this.#random() < 0.5 ? `${this.#name}-${this.#made}` : undefined
    const request: Write = key === undefined ? write : { ...write, key }
    const first = await this.#service.send(request)
    if (first === undefined) this.counts.unanswered += 1
    const reply =
      first ?? (key === undefined ? await this.#findOut(write) : await this.#repeat(request))
    if (reply === undefined) return undefined
    if (reply.status >= 400) {
      const code = String((reply.json?.['error'] as { code?: string } | undefined)?.code)
      this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1)
      return undefined
    }
    this.counts.done += 1
    if (key !== undefined) await this.#keep(request, key, reply)
    return (reply.json ?? {}) as Fields
  }

  /** Sometimes a client sends again what was answered: it gets the same answer, and nothing is done. */
  async #keep(request: Write, key: string, reply: Reply): Promise<void> {
    const set = /^\/api\/(\w+)$/.exec(request.path)?.[1]
    if (request.method === 'POST' && set !== undefined)
      this.keyed.push({ key, set, trace: request.trace })
    if (this.#random() > 0.15) return
    const again = await this.#repeat(request)
    if (!again.replayed || again.status !== reply.status || !sameJson(again.json, reply.json))
      throw new Error(`${key} was answered otherwise: ${JSON.stringify([reply, again])}`)
  }

  /** Until there is an answer: that is what the key is for. */
  async #repeat(request: Write): Promise<Reply> {
    for (;;) {
      const reply = await this.#service.send(request)
      const code = (reply?.json?.['error'] as { code?: string } | undefined)?.code
      if (reply === undefined || code === 'IDEMPOTENCY_IN_PROGRESS') continue
      if (reply.replayed) this.counts.repeated += 1
      return reply
    }
  }

  async #findOut({ trace, isDone, method }: Write): Promise<Reply | undefined> {
    for (;;) {
      const reply = await this.#service.send({ method: 'GET', path: trace })
      if (reply === undefined) continue
      const rows = reply.json?.['value'] as readonly Fields[] | undefined
      if (rows !== undefined && rows.length > 1) throw new Error(`${trace}: ${rows.length} rows`)
      // A row, or the one of a list; neither when there is none.
      const row =
        reply.status === 404 ? undefined : rows === undefined ? (reply.json as Fields) : rows[0]
      if (!isDone(row)) return undefined
      return { status: method === 'DELETE' ? 204 : 200, replayed: false, json: row }
    }
  }

  #know(set: string, id: number, fields: Fields): void {
    const known = this.facts.get(`${set} ${id}`)
    this.facts.set(
      `${set} ${id}`,
      known === undefined || known === 'gone' ? fields : { ...known, ...fields },
    )
  }

  #unique(): string {
    return `${this.#name}-${this.#made}`
  }

  /** Each is used once, whoever writes. */
  #uniqueAmount(): number {
    const writer = Number(this.#name.replace(/\D/g, ''))
    return (this.#made * 10 + writer + 100) / 100
  }

  #pick<T>(choices: readonly T[]): T {
    const chosen = choices[Math.floor(this.#random() * choices.length)]
    if (chosen === undefined) throw new Error('Nothing to choose from')
    return chosen
  }
}

function dossierOf(tenantId: number, division: Fields): Dossier {
  return {
    tenantId,
    division,
    lease: undefined,
    rented: [],
    services: [],
    priceChanges: [],
    departs: false,
  }
}

/** One of the division, out of the list. */
function take(rows: Fields[], { CompanyNo, DivisionNo }: Fields): Fields | undefined {
  const index = rows.findIndex(
    (row) => row['CompanyNo'] === CompanyNo && row['DivisionNo'] === DivisionNo,
  )
  return index < 0 ? undefined : rows.splice(index, 1)[0]
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
