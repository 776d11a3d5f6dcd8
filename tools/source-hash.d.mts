/** Types of `source-hash.mjs`, which is plain JavaScript since it runs before anything is installed. */

export function isBuilt(): boolean
export function markBuilt(hash: string): void
export function hashSources(): string
