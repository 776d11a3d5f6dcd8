/** Documents whose contents are in the database. */

import { startTestApp } from '../support/test-app.ts'
import { describeDocuments } from './document-suite.ts'

describeDocuments('in the database', {
  start: () => startTestApp({ settings: { HAPI_LIMIT_DOCUMENT_BYTES: '1000000' } }),
  countParts: async (app) =>
    (await app.column<number>('select count(*)::integer from document_pieces'))[0] ?? -1,
})
