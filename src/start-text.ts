/** What the operator reads when the product is ready: where it is, and a first call that works as it stands. */

import type { BilingualText } from './db/startup-refusal.ts'
import type { DemoSetup } from './demo-setup.ts'

export const WORK_TEXT: BilingualText = {
  fr: 'Primmo HApi : le traitement de fond est en marche (webhooks, traitement quotidien).',
  en: 'Primmo HApi: background work is running (webhooks, daily job).',
}

export function observationText(baseUrl: string): BilingualText {
  return {
    fr: `Métriques : ${baseUrl}/metrics; état : ${baseUrl}/health/ready`,
    en: `Metrics: ${baseUrl}/metrics; health: ${baseUrl}/health/ready`,
  }
}

export function startText(baseUrl: string, demo: DemoSetup | undefined): BilingualText {
  return {
    fr: [
      '',
      `Primmo HApi est prêt : ${baseUrl}`,
      `  API           ${baseUrl}/api`,
      `  Documentation ${baseUrl}/swagger/index.html`,
      ...(demo === undefined
        ? []
        : [
            `  Compte de démonstration ${demo.databaseName}; identifiants : ${demo.credentialsFile}`,
            '',
            'Premier appel :',
            ...firstCall(baseUrl, demo),
          ]),
      '',
    ].join('\n'),
    en: [
      '',
      `Primmo HApi is ready: ${baseUrl}`,
      `  API           ${baseUrl}/api`,
      `  Documentation ${baseUrl}/swagger/index.html`,
      ...(demo === undefined
        ? []
        : [
            `  Demo account ${demo.databaseName}; credentials: ${demo.credentialsFile}`,
            '',
            'First call:',
            ...firstCall(baseUrl, demo),
          ]),
      '',
    ].join('\n'),
  }
}

/** With nothing but a shell, curl and the Node that runs the product. */
function firstCall(baseUrl: string, demo: DemoSetup): readonly string[] {
  const file = `'${demo.credentialsFile.replaceAll("'", `'\\''`)}'`
  const read = (name: string): string =>
    `$(node -p 'JSON.parse(fs.readFileSync(process.argv[1])).${name}' ${file})`
  return [
    `  TOKEN=$(curl -s ${baseUrl}/api/Token -H 'Accept: text/plain' -H 'Content-Type: application/json' \\`,
    `    -H "x-api-key: ${read('apiKey')}" \\`,
    `    -d "{\\"UserName\\":\\"${read('userName')}\\",\\"Password\\":\\"${read('password')}\\"}")`,
    `  curl -s "${baseUrl}/api/Buildings?\\$top=3&\\$select=Id,Name,City&\\$expand=Units(\\$select=UnitCode,OccupancyStatus;\\$top=2)" \\`,
    `    -H "Authorization: Bearer $TOKEN"`,
  ]
}
