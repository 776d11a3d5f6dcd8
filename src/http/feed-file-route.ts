/** `GET /api/feed.pbids`: the address of this service as a file for Power BI. It holds no secret, so anybody may take it. */

import type { FastifyInstance } from 'fastify'
import { POWER_BI_FILE_NAME, powerBiFile } from '../derive/power-bi-file.ts'

export function registerFeedFileRoute(app: FastifyInstance, publicUrl: string | undefined): void {
  app.get('/api/feed.pbids', async (request, reply) => {
    const root = publicUrl ?? `${request.protocol}://${request.host}`
    return reply
      .header('content-type', 'application/json')
      .header('content-disposition', `attachment; filename="${POWER_BI_FILE_NAME}"`)
      .send(Buffer.from(powerBiFile(`${root}/api`)))
  })
}
