/** Does this process have the keys under which the secrets of endpoints are sealed? */

import type { Database } from '../db/database.ts'
import { StartupRefusal } from '../db/startup-refusal.ts'
import { SealedValueError, type SecretBox } from '../secrets/secret-box.ts'
import { sealContext } from './sealed-headers.ts'

/**
 * Throws StartupRefusal when something is sealed under a key that this process does not have: it could not deliver, and
 * what it seals could not be delivered by others.
 */
export async function checkSecretsKey(database: Database, box: SecretBox): Promise<void> {
  const values = await database.transaction(
    async (client) => (await client.query<SealedValue>(BY_KEY)).rows,
  )
  if (values.some((value) => isForeign(box, value))) throw new StartupRefusal(FOREIGN_KEY)
}

/** One value for each key under which something is sealed that is still of use. */
const BY_KEY = `
  select distinct on (substring(v.sealed from 1 for 5)) v.account_id, v.id, v.what, v.sealed
    from (select e.account_id, e.id, 'secret' as what, e.secret as sealed
            from webhooks.endpoints e where e.state <> 'ENDED'
           union all
          select e.account_id, e.id, 'headers', e.headers
            from webhooks.endpoints e where e.state <> 'ENDED' and e.headers is not null) v
   order by substring(v.sealed from 1 for 5), v.account_id, v.id`

interface SealedValue {
  readonly account_id: number
  readonly id: number
  readonly what: 'secret' | 'headers'
  readonly sealed: Buffer
}

/** What is altered only is one endpoint's affair, which the worker sets aside. */
function isForeign(box: SecretBox, { account_id, id, what, sealed }: SealedValue): boolean {
  try {
    box.open(sealed, sealContext({ accountId: account_id, endpointId: id }, what))
    return false
  } catch (error) {
    if (error instanceof SealedValueError) return error.reason === 'unknownKey'
    throw error
  }
}

const FOREIGN_KEY = {
  fr: "La base contient des secrets de webhooks chiffrés sous une autre clé que HAPI_SECRETS_KEY (à défaut, DATA_DIR/secrets-key) et HAPI_SECRETS_KEY_PREVIOUS. Donnez la clé qui les a chiffrés, au besoin par HAPI_SECRETS_KEY_PREVIOUS, puis lancez « hapi admin secrets rotate ». Si elle est perdue, « hapi admin secrets rotate --end-unopened » met fin aux destinations concernées : leurs intégrateurs devront s'y abonner de nouveau.",
  en: "The database holds secrets of webhooks that are sealed under another key than HAPI_SECRETS_KEY (by default DATA_DIR/secrets-key) and HAPI_SECRETS_KEY_PREVIOUS. Give the key that sealed them, by HAPI_SECRETS_KEY_PREVIOUS if need be, then run 'hapi admin secrets rotate'. If it is lost, 'hapi admin secrets rotate --end-unopened' ends the endpoints concerned: their integrators have to subscribe again.",
}
