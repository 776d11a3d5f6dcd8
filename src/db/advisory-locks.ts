/**
 * Advisory locks, which PostgreSQL knows by two numbers: the first says what is locked, the second of whom (an account, a
 * worker, a user). They stand here together so that no two uses share one, and one never waits for the other.
 */
export const advisoryLocks = {
  /** Of an account: shared by its writers, held alone by its days (migration 6). */
  accountDay: 7_301,
  /** Of a worker of webhooks, as long as it lives (migration 10). */
  worker: 7_302,
  /** Of whoever seals the audit (migration 19). */
  sealing: 7_303,
  /** Of an account: one import at a time. */
  import: 7_304,
  /** Of a user: requests that run later are accepted one after another. */
  acceptance: 7_305,
  /** Of an account that a large import has closed to writers. */
  closedAccount: 7_306,
  /** Of an account: what its documents take is counted by one at a time. */
  documentQuota: 7_307,
  /** Of an account: shared by whoever reads objects of a bucket as they were, held alone by who looks which to remove. */
  keptObjects: 7_308,
} as const
