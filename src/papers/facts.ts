/** What each paper says, by what it is made of: plain values, as the database writes them. */

/** F French, A English. */
export type PaperLanguage = 'F' | 'A'

/** `2026-07-01` */
type Day = string

/** `1234.50` */
type Amount = string

/** Whoever a letter comes from or goes to. */
export interface Party {
  readonly name: string
  /** Street, then municipality, province and postal code. */
  readonly address: readonly string[]
  readonly phone: string | null
  readonly email: string | null
}

/** Of every paper. */
export interface PaperFacts {
  readonly language: PaperLanguage
  readonly title: string
  /** The date that is written on it. */
  readonly date: Day
  readonly lessor: Party & { readonly neq: string | null }
  readonly tenant: Party
  /** Those who have signed with the tenant. */
  readonly coTenants: readonly string[]
  /** The dwelling or the premises; empty when the tenant has none. */
  readonly place: readonly string[]
}

/** Of papers about a lease. */
interface LeaseFacts extends PaperFacts {
  readonly leaseNo: string
  readonly isResidential: boolean
}

export interface LeaseSummaryFacts extends LeaseFacts {
  readonly startDate: Day
  /** Null: of indeterminate term. */
  readonly endDate: Day | null
  readonly months: number | null
  readonly isRenewable: boolean
  /** Each month. */
  readonly rent: Amount
  /** Of the month. */
  readonly paymentDay: number
  /** What the tenant rents or gets besides; discounts are negative. */
  readonly extras: readonly {
    readonly name: string
    readonly amount: Amount
    readonly every: 'month' | 'quarter' | 'year' | 'once'
    readonly startDate: Day
    readonly endDate: Day | null
  }[]
  readonly deposit: Amount | null
  readonly heatingIncluded: boolean
  readonly hotWaterIncluded: boolean
  readonly electricityIncluded: boolean
  readonly petsAllowed: boolean
  readonly smokingAllowed: boolean
  /** R-025, C.c.Q. 1896: the lowest rent of the twelve months before. */
  readonly newLesseeRent: Amount | null
  readonly isSectionF: boolean
  readonly sectionFMaximumRent: Amount | null
  readonly byLawsDeliveredDate: Day | null
}

export interface ModificationNoticeFacts extends LeaseFacts {
  readonly currentEndDate: Day | null
  readonly newStartDate: Day
  /** Null: the legal length. */
  readonly newEndDate: Day | null
  readonly currentRent: Amount
  readonly newRent: Amount
  readonly increaseAmount: Amount
  /** `3.158` */
  readonly increasePercent: string
  readonly guidelinePercent: string | null
  readonly otherChanges: string | null
  /** C.c.Q. 1955: the tenant who refuses leaves. */
  readonly isSectionF: boolean
}

export interface LateNoticeFacts extends PaperFacts {
  readonly daysLate: number
  readonly oldestDueDate: Day
  readonly overdueAmount: Amount
  /** What makes the amount; empty when it is not what is open any more. */
  readonly entries: readonly {
    readonly dueDate: Day
    readonly description: string
    /** Open of it; credits are negative. */
    readonly amount: Amount
  }[]
  readonly isResidential: boolean
}
