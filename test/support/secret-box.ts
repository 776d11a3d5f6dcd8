/** Seals what the tests' databases and applications keep encrypted. */

import { openSecretBox } from '../../src/secrets/secret-box.ts'

export const SECRETS_KEY = 'the sealing key of the tests, of at least 32 bytes'

export const secretBox = await openSecretBox({
  dataDir: '/nowhere',
  secretsKey: SECRETS_KEY,
  secretsKeyPrevious: undefined,
})
