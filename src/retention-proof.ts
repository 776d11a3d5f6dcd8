/**
 * The proof of what was destroyed, for whoever answers for it: lines of JSON that hold no personal information, in a file
 * that only its owner reads. Documents are named before they are destroyed and confirmed after the commit, so that a
 * process which dies in between leaves a line that the audit decides.
 */

import { type FileHandle, open } from 'node:fs/promises'
import { AdministrationRefusal } from './auth/administration-refusal.ts'
import type { DestructionProof } from './domain/retention/destroy-due.ts'
import type { DueDocument } from './domain/retention/due-documents.ts'
import { documentTerms } from './domain/retention/terms.ts'

const PRIVATE = 0o600

export class RetentionProof {
  readonly #path: string
  #file: FileHandle | undefined
  #batches = 0

  /** The file is made with its first line. */
  constructor(path: string) {
    this.#path = path
  }

  /** Of a dry run: what would be destroyed. */
  async list(databaseName: string, documents: readonly DueDocument[]): Promise<void> {
    await this.#add(
      documents.map((document) => ({ state: 'due', ...described(databaseName, document) })),
    )
  }

  of(databaseName: string): DestructionProof {
    return {
      announce: async (documents) => {
        const batch = ++this.#batches
        await this.#add(
          documents.map((document) => ({
            state: 'begun',
            batch,
            ...described(databaseName, document),
          })),
        )
      },
      confirm: async (documents) => {
        const ids = (stays: boolean): readonly number[] =>
          documents.filter(({ referredBy }) => (referredBy !== null) === stays).map(({ id }) => id)
        await this.#add([
          {
            state: 'committed',
            batch: this.#batches,
            account: databaseName,
            at: new Date().toISOString(),
            deleted: ids(false),
            emptied: ids(true),
          },
        ])
      },
    }
  }

  async close(): Promise<void> {
    await this.#file?.close()
  }

  /** It is on the disk when this has resolved. */
  async #add(lines: readonly object[]): Promise<void> {
    this.#file ??= await this.#create()
    await this.#file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await this.#file.datasync()
  }

  /** Throws AdministrationRefusal. */
  async #create(): Promise<FileHandle> {
    try {
      return await open(this.#path, 'wx', PRIVATE)
    } catch (cause) {
      throw new AdministrationRefusal(
        {
          fr: `« ${this.#path} » ne peut être créé, ou existe déjà : rien n'a été détruit.`,
          en: `'${this.#path}' cannot be made, or is there already: nothing was destroyed.`,
        },
        { cause },
      )
    }
  }
}

function described(
  account: string,
  { id, documentType, bytes, sha256, since, referredBy }: DueDocument,
): object {
  const { fr, en } = documentTerms[documentType]?.term ?? {}
  return { account, id, documentType, bytes, sha256, since, referredBy, term: { fr, en } }
}
