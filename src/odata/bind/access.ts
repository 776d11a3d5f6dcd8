/** What the caller may read, as the binder asks it. */

export interface ReadAccess {
  /** Whether the module, by code, is enabled for the caller. */
  readonly hasModule: (code: string) => boolean
  /** Whether the caller has the right to read the entity set. */
  readonly canRead: (set: string) => boolean
}
