/** Codes of the audit: words, as those of the webhooks are. */

import type { Enumeration } from './entity-type.ts'

export const auditEnumerations = {
  AuditKind: {
    fr: "Acte inscrit au journal d'audit",
    en: 'Act told by the audit',
    maxLength: 12,
    members: [
      { code: 'INSERT', fr: 'Une ligne a été créée', en: 'A row was created' },
      { code: 'UPDATE', fr: 'Une ligne a été modifiée', en: 'A row was changed' },
      { code: 'DELETE', fr: 'Une ligne a été supprimée', en: 'A row was deleted' },
      { code: 'LOAD', fr: 'Des lignes ont été chargées en bloc', en: 'Rows were loaded in bulk' },
      { code: 'TRUNCATE', fr: 'Une table a été vidée', en: 'A table was emptied' },
      { code: 'READ', fr: 'Des renseignements personnels ont été lus', en: 'Personal information was read' },
      { code: 'SIGN_IN', fr: 'Un jeton a été demandé; avec un code, il a été refusé', en: 'A token was asked for; with a code, it was refused' },
      { code: 'REFUSAL', fr: 'Une requête a été refusée, faute de jeton ou de droit', en: 'A request was refused for want of a token or a right' },
      { code: 'COMMAND', fr: 'Une commande a été exécutée', en: 'A command was run' },
      { code: 'PRIVACY', fr: 'Une demande relative aux renseignements personnels a été traitée', en: 'A request about personal information was carried out' },
    ],
  },
  AuditChannel: {
    fr: 'Voie par laquelle un acte est venu',
    en: 'Way by which an act came in',
    maxLength: 12,
    members: [
      { code: 'API', fr: "Requête de l'API", en: 'Request of the API' },
      { code: 'BATCH', fr: "Partie d'un $batch", en: 'Part of a $batch' },
      { code: 'ASYNC', fr: 'Requête asynchrone', en: 'Asynchronous request' },
      { code: 'IMPORT', fr: 'Importation', en: 'Import' },
      { code: 'JOB', fr: 'Tâche du service', en: 'Job of the service' },
      { code: 'CLI', fr: 'Commande hapi', en: 'hapi command' },
      { code: 'PSQL', fr: 'Directement dans la base de données', en: 'In the database itself' },
    ],
  },
} as const satisfies Readonly<Record<string, Enumeration>>
