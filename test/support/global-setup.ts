/** Before the first test file: one server, one template database. After the last: nothing is left. */

import type { TestProject } from 'vitest/node'
import { makeTemplateDatabase } from './template-database.ts'
import { startTestServer } from './test-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the maintenance database of the run's server, as a superuser. */
    serverUrl: string
    /** Name of the template database. */
    templateName: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startTestServer()
  try {
    const template = await makeTemplateDatabase(server.url)
    project.provide('serverUrl', server.url)
    project.provide('templateName', template.name)
    return async () => {
      await template.close()
      await server.stop()
    }
  } catch (error) {
    await server.stop()
    throw error
  }
}
