/**
 * Every setting of the product, as data: its name in the environment, its default, what it accepts
 * and what it does. The reading of values, `hapi config` and the README's table derive from it.
 */

import type { BilingualText } from './db/startup-refusal.ts'
import { type LongerTerms, readLongerTerms } from './domain/retention/terms.ts'
import { type Network, readNetworks } from './webhooks/egress-policy.ts'
import { type RetrySchedule, readRetrySchedule } from './webhooks/retry-schedule.ts'

/** What a setting accepts: `parse` gives `undefined` for anything else, which `expected` then explains. */
export interface ValueReader<T> {
  readonly parse: (text: string) => T | undefined
  readonly expected: BilingualText
}

/** One setting. The flag of the command line is derived from the name: `HAPI_POOL_SIZE` → `--pool-size`. */
export interface Setting<T> extends BilingualText {
  readonly name: string
  /** As a user would write it; absent: there is no value unless one is given. */
  readonly default?: string
  readonly reader: ValueReader<T>
  /** Masked wherever settings are shown, and also read from the file that `<name>_FILE` names. */
  readonly secret?: true
}

const text: ValueReader<string> = {
  parse: (value) => (value.trim() === '' ? undefined : value.trim()),
  expected: { fr: 'un texte', en: 'a text' },
}

const boolean: ValueReader<boolean> = {
  parse: (value) => ({ true: true, 1: true, false: false, 0: false })[value.toLowerCase()],
  expected: { fr: 'true ou false', en: 'true or false' },
}

function integer(minimum: number, maximum: number): ValueReader<number> {
  return {
    parse: (value) => {
      const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN
      return number >= minimum && number <= maximum ? number : undefined
    },
    expected: {
      fr: `un entier de ${minimum} à ${maximum}`,
      en: `an integer from ${minimum} to ${maximum}`,
    },
  }
}

/** A limit that `off` lifts; its value is then `undefined`, told apart from a bad one by the wrapper. */
function integerOrOff(minimum: number, maximum: number): ValueReader<{ readonly max?: number }> {
  const inner = integer(minimum, maximum)
  return {
    parse: (value) => {
      if (value.toLowerCase() === 'off') return {}
      const max = inner.parse(value)
      return max === undefined ? undefined : { max }
    },
    expected: { fr: `${inner.expected.fr}, ou off`, en: `${inner.expected.en}, or off` },
  }
}

function oneOf<const T extends readonly string[]>(...values: T): ValueReader<T[number]> {
  return {
    parse: (value) => values.find((candidate) => candidate === value.toLowerCase()),
    expected: { fr: `l'une de : ${values.join(', ')}`, en: `one of: ${values.join(', ')}` },
  }
}

function url(...protocols: readonly string[]): ValueReader<string> {
  return {
    // Not by `URL`: a PostgreSQL URL of a unix socket has no host, which that class refuses.
    parse: (value) =>
      protocols.some((protocol) => value.startsWith(`${protocol}://`)) && !/\s/.test(value)
        ? value.replace(/\/+$/, '')
        : undefined,
    expected: {
      fr: `une URL ${protocols.map((protocol) => `${protocol}://…`).join(' ou ')}`,
      en: `a URL ${protocols.map((protocol) => `${protocol}://…`).join(' or ')}`,
    },
  }
}

/** Origins as browsers send them: scheme, host and port, nothing after. */
const origins: ValueReader<readonly string[]> = {
  parse: (value) => {
    const listed = value.split(',').map((origin) => origin.trim().replace(/\/$/, ''))
    return listed.every((origin) => /^https?:\/\/[^\s/]+$/.test(origin)) ? listed : undefined
  },
  expected: {
    fr: 'des origines https://… séparées par des virgules',
    en: 'https://… origins separated by commas',
  },
}

/** What is signed or sealed is as strong as its key: fewer bytes than the hash's output weaken it (RFC 7518 §3.2). */
const SECRET_BYTES_MIN = 32

const keySecret: ValueReader<string> = {
  parse: (value) => (Buffer.byteLength(value) >= SECRET_BYTES_MIN ? value : undefined),
  expected: {
    fr: `un secret d'au moins ${SECRET_BYTES_MIN} octets (par exemple : openssl rand -base64 48)`,
    en: `a secret of at least ${SECRET_BYTES_MIN} bytes (for example: openssl rand -base64 48)`,
  },
}

/** `false`, `true`, a number of hops, or the addresses and networks of the proxies, separated by commas. */
const proxies: ValueReader<boolean | number | string> = {
  parse: (value) => {
    if (/^(?:true|false)$/i.test(value)) return value.toLowerCase() === 'true'
    if (/^\d{1,2}$/.test(value)) return Number(value)
    return /^[\da-f.:/]+(?:\s*,\s*[\da-f.:/]+)*$/i.test(value) ? value : undefined
  },
  expected: {
    fr: 'true, false, un nombre de relais, ou des adresses séparées par des virgules',
    en: 'true, false, a number of hops, or addresses separated by commas',
  },
}

const allowedNetworks: ValueReader<readonly Network[]> = {
  parse: readNetworks,
  expected: {
    fr: 'des réseaux séparés par des virgules, sans bits après le préfixe (par exemple : 10.0.0.0/8,fd00::/8)',
    en: 'networks separated by commas, without bits after the prefix (for example: 10.0.0.0/8,fd00::/8)',
  },
}

const retrySchedule: ValueReader<RetrySchedule> = {
  parse: readRetrySchedule,
  expected: {
    fr: 'au plus 30 délais en secondes, de 30 jours au plus, séparés par des virgules, ou off',
    en: 'at most 30 delays in seconds, of 30 days at most, separated by commas, or off',
  },
}

const longerTerms: ValueReader<LongerTerms> = {
  parse: readLongerTerms,
  expected: {
    fr: 'des types de documents et des années, pas moins que ce que la loi demande (« hapi documents terms ») : BAIL=10,FACT=8',
    en: "kinds of documents and years, no fewer than the law asks for ('hapi documents terms'): BAIL=10,FACT=8",
  },
}

const INT32_MAX = 2_147_483_647

function limit(
  name: string,
  value: number,
  what: BilingualText,
  maximum = INT32_MAX,
): Setting<number> & { readonly default: string } {
  return {
    name: `HAPI_LIMIT_${name}`,
    default: String(value),
    reader: integer(1, maximum),
    fr: `Limite : ${what.fr}`,
    en: `Limit: ${what.en}`,
  }
}

export const settings = {
  databaseUrl: {
    name: 'DATABASE_URL',
    reader: url('postgresql', 'postgres'),
    secret: true,
    fr: 'Base PostgreSQL (15 ou plus récente). Absente : le PostgreSQL intégré, sous DATA_DIR',
    en: 'PostgreSQL database (15 or later). Absent: the embedded PostgreSQL, under DATA_DIR',
  },
  dataDir: {
    name: 'DATA_DIR',
    default: './data',
    reader: text,
    fr: 'Dossier des données et des secrets produits par le serveur',
    en: 'Folder of the data and of the secrets that the server makes',
  },
  port: {
    name: 'PORT',
    default: '8080',
    reader: integer(0, 65_535),
    fr: "Port d'écoute (0 : un port libre)",
    en: 'Port to listen on (0: a free one)',
  },
  host: {
    name: 'HOST',
    default: '127.0.0.1',
    reader: text,
    fr: "Adresse d'écoute",
    en: 'Address to listen on',
  },
  publicUrl: {
    name: 'PUBLIC_URL',
    reader: url('https', 'http'),
    fr: 'URL par laquelle les clients joignent le serveur; elle commence les liens des réponses',
    en: 'URL by which clients reach the server; links in answers begin with it',
  },
  trustProxy: {
    name: 'TRUST_PROXY',
    default: 'false',
    reader: proxies,
    fr: 'Mandataires dont les en-têtes X-Forwarded-* sont crus',
    en: 'Proxies whose X-Forwarded-* headers are believed',
  },
  corsOrigins: {
    name: 'HAPI_CORS_ORIGINS',
    reader: origins,
    fr: "Sites dont les pages peuvent appeler l'API, séparés par des virgules. Absent : aucun",
    en: 'Sites whose pages may call the API, separated by commas. Absent: none',
  },
  documentStore: {
    name: 'HAPI_DOCUMENT_STORE',
    reader: oneOf('postgres', 's3'),
    default: 'postgres',
    fr: 'Où vont les nouveaux contenus de documents : postgres (la base) ou s3 (HAPI_S3_BUCKET)',
    en: 'Where new contents of documents go: postgres (the database) or s3 (HAPI_S3_BUCKET)',
  },
  s3Bucket: {
    name: 'HAPI_S3_BUCKET',
    reader: text,
    fr: 'Compartiment S3 des contenus de documents; il reste nécessaire tant que des contenus y sont',
    en: 'S3 bucket of the contents of documents; still needed as long as contents are in it',
  },
  s3Endpoint: {
    name: 'HAPI_S3_ENDPOINT',
    reader: url('https', 'http'),
    fr: "Adresse du service compatible avec S3. Absente : celle d'AWS pour la région",
    en: 'Address of the S3-compatible service. Absent: the one of AWS for the region',
  },
  s3Region: {
    name: 'HAPI_S3_REGION',
    reader: text,
    default: 'us-east-1',
    fr: 'Région du compartiment S3',
    en: 'Region of the S3 bucket',
  },
  s3Prefix: {
    name: 'HAPI_S3_PREFIX',
    reader: text,
    fr: 'Début des clés dans le compartiment (par exemple : hapi/). Absent : rien',
    en: 'Beginning of the keys in the bucket (for example: hapi/). Absent: nothing',
  },
  s3PathStyle: {
    name: 'HAPI_S3_PATH_STYLE',
    reader: boolean,
    default: 'true',
    fr: "Le compartiment est nommé dans le chemin de l'adresse et non dans l'hôte",
    en: 'The bucket is named in the path of the address and not in its host',
  },
  s3Encryption: {
    name: 'HAPI_S3_ENCRYPTION',
    reader: oneOf('aes256', 'aws:kms'),
    fr: 'Chiffrement demandé au service S3 : aes256 ou aws:kms. Absent : celui du compartiment',
    en: 'Encryption asked of the S3 service: aes256 or aws:kms. Absent: the one of the bucket',
  },
  s3KmsKey: {
    name: 'HAPI_S3_KMS_KEY',
    reader: text,
    fr: "Clé du chiffrement aws:kms. Absente : celle d'AWS",
    en: 'Key of the aws:kms encryption. Absent: the one of AWS',
  },
  s3AccessKey: {
    name: 'HAPI_S3_ACCESS_KEY',
    reader: text,
    secret: true,
    fr: "Clé d'accès au service S3. Absente : celle que la machine donne (profil, rôle)",
    en: 'Access key of the S3 service. Absent: the one that the machine gives (profile, role)',
  },
  s3SecretKey: {
    name: 'HAPI_S3_SECRET_KEY',
    reader: text,
    secret: true,
    fr: "Secret de la clé d'accès HAPI_S3_ACCESS_KEY",
    en: 'Secret of the access key HAPI_S3_ACCESS_KEY',
  },
  jwtSecret: {
    name: 'JWT_SECRET',
    reader: keySecret,
    secret: true,
    fr: 'Secret qui signe les jetons. Absent : produit une fois et gardé dans DATA_DIR',
    en: 'Secret that signs the tokens. Absent: made once and kept in DATA_DIR',
  },
  jwtSecretPrevious: {
    name: 'JWT_SECRET_PREVIOUS',
    reader: keySecret,
    secret: true,
    fr: 'Secret précédent, dont les jetons restent acceptés pendant une rotation (24 h)',
    en: 'Previous secret, whose tokens stay accepted during a rotation (24 h)',
  },
  secretsKey: {
    name: 'HAPI_SECRETS_KEY',
    reader: keySecret,
    secret: true,
    fr: 'Clé qui chiffre les secrets gardés dans la base (en-têtes et signatures des webhooks); la même pour tous les processus. Absente : produite une fois et gardée dans DATA_DIR',
    en: 'Key that encrypts the secrets kept in the database (headers and signatures of webhooks); the same for all processes. Absent: made once and kept in DATA_DIR',
  },
  secretsKeyPrevious: {
    name: 'HAPI_SECRETS_KEY_PREVIOUS',
    reader: keySecret,
    secret: true,
    fr: 'Seconde clé, qui déchiffre seulement : la précédente, ou la prochaine, pendant une rotation',
    en: 'Second key, which only decrypts: the previous one, or the next, during a rotation',
  },
  nodeEnv: {
    name: 'NODE_ENV',
    reader: oneOf('production', 'development', 'test'),
    fr: "Milieu d'exécution; exigé quand HOST n'est pas local",
    en: 'Kind of environment; needed when HOST is not local',
  },
  language: {
    name: 'HAPI_LANG',
    default: 'fr',
    reader: oneOf('fr', 'en'),
    fr: 'Langue des messages du serveur et des commandes',
    en: 'Language of the messages of the server and the commands',
  },
  logLevel: {
    name: 'LOG_LEVEL',
    default: 'info',
    reader: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    fr: 'Niveau du journal',
    en: 'Level of the log',
  },
  logFormat: {
    name: 'LOG_FORMAT',
    default: 'json',
    reader: oneOf('json', 'pretty'),
    fr: 'Forme du journal',
    en: 'Form of the log',
  },
  metricsPort: {
    name: 'HAPI_METRICS_PORT',
    reader: integer(0, 65_535),
    fr: "Port des métriques (/metrics) et de l'état (/health), à part de l'API; il sert aussi « hapi work » (0 : un port libre). Absent : aucun",
    en: "Port of the metrics (/metrics) and of health (/health), apart from the API; it serves 'hapi work' too (0: a free one). Absent: none",
  },
  metricsHost: {
    name: 'HAPI_METRICS_HOST',
    default: '127.0.0.1',
    reader: text,
    fr: "Adresse d'écoute des métriques; hors de la machine, HAPI_METRICS_TOKEN est exigé",
    en: 'Address on which metrics listen; beyond the machine, HAPI_METRICS_TOKEN is needed',
  },
  metricsToken: {
    name: 'HAPI_METRICS_TOKEN',
    reader: keySecret,
    secret: true,
    fr: 'Jeton (Authorization: Bearer) exigé de qui lit les métriques, qui nomment les comptes',
    en: 'Token (Authorization: Bearer) asked of those who read the metrics, which name the accounts',
  },
  maxPageSize: {
    name: 'HAPI_MAX_PAGE_SIZE',
    default: 'off',
    reader: integerOrOff(1, INT32_MAX),
    fr: 'Lignes par page, et de chaque collection expansée; off : listes complètes',
    en: 'Rows per page, and of each expanded collection; off: complete lists',
  },
  rateLimit: {
    name: 'HAPI_RATE_LIMIT',
    default: 'off',
    reader: integerOrOff(1, INT32_MAX),
    fr: "Requêtes par minute et par clé, celles d'un lot comptées une à une; off : sans limite",
    en: 'Requests per minute and key, those of a batch counted one by one; off: no limit',
  },
  demo: {
    name: 'HAPI_DEMO',
    reader: boolean,
    fr: 'Charge le portefeuille de démonstration. Absent : seulement avec le PostgreSQL intégré, hors production',
    en: 'Loads the demo portfolio. Absent: only with the embedded PostgreSQL, outside production',
  },
  demoScale: {
    name: 'HAPI_DEMO_SCALE',
    default: '1',
    reader: integer(1, 10_000),
    fr: "Taille du portefeuille de démonstration (20 : celle d'un vrai client)",
    en: "Size of the demo portfolio (20: a real client's)",
  },
  poolSize: {
    name: 'HAPI_POOL_SIZE',
    default: '20',
    reader: integer(1, 1_000),
    fr: 'Connexions de lecture à PostgreSQL; la moitié en plus pour écrire',
    en: 'Reading connections to PostgreSQL; half as many more for writing',
  },
  statementTimeoutMs: {
    name: 'HAPI_STATEMENT_TIMEOUT_MS',
    default: '30000',
    reader: integer(100, 3_600_000),
    fr: 'Durée permise à une lecture, en millisecondes',
    en: 'Time allowed to one reading statement, in milliseconds',
  },
  webhookAllowCidr: {
    name: 'HAPI_WEBHOOK_ALLOW_CIDR',
    reader: allowedNetworks,
    fr: "Réseaux internes auxquels des webhooks peuvent être envoyés, séparés par des virgules. Absent : aucun. Les adresses de métadonnées restent refusées; 64:ff9b::/96 permet l'internet derrière un NAT64",
    en: 'Internal networks that webhooks may be sent to, separated by commas. Absent: none. Metadata addresses stay refused; 64:ff9b::/96 permits the internet behind a NAT64',
  },
  webhookAllowHttp: {
    name: 'HAPI_WEBHOOK_ALLOW_HTTP',
    default: 'false',
    reader: boolean,
    fr: 'Permet des webhooks vers des URL http://, sans chiffrement',
    en: 'Allows webhooks to http:// URLs, without encryption',
  },
  webhookTimeoutMs: {
    name: 'HAPI_WEBHOOK_TIMEOUT_MS',
    default: '15000',
    reader: integer(100, 300_000),
    fr: 'Durée permise à un envoi de webhook, réponse comprise, en millisecondes',
    en: 'Time allowed to one attempt of a webhook, its answer included, in milliseconds',
  },
  webhookConnectTimeoutMs: {
    name: 'HAPI_WEBHOOK_CONNECT_TIMEOUT_MS',
    default: '5000',
    reader: integer(100, 300_000),
    fr: "Durée permise à la connexion d'un webhook, DNS et TLS compris, en millisecondes",
    en: 'Time allowed to the connection of a webhook, DNS and TLS included, in milliseconds',
  },
  webhookRetrySchedule: {
    name: 'HAPI_WEBHOOK_RETRY_SCHEDULE',
    default: '5,300,1800,7200,18000,36000,50400,72000,86400',
    reader: retrySchedule,
    fr: "Délais avant chaque nouvel envoi d'un webhook, en secondes, à ±20 %; off : un seul envoi",
    en: 'Delays before each further attempt of a webhook, in seconds, ±20%; off: one attempt only',
  },
  webhookRetentionDays: {
    name: 'HAPI_WEBHOOK_RETENTION_DAYS',
    default: '30',
    reader: integer(1, 365),
    fr: 'Jours pendant lesquels les événements de webhooks restent rejouables',
    en: 'Days for which webhook events stay replayable',
  },
  documentTerms: {
    name: 'HAPI_DOCUMENT_TERMS',
    reader: longerTerms,
    fr: 'Années de conservation, par type de document, quand elles dépassent celles de la loi',
    en: 'Years for which documents are kept, by kind, where they are more than those of the law',
  },
  documentRetentionFolder: {
    name: 'HAPI_DOCUMENT_RETENTION_FOLDER',
    reader: text,
    fr: 'Dossier des preuves de destruction; donné, les documents échus depuis 30 jours sont détruits chaque jour; absent, seule la commande « hapi documents retention » en détruit',
    en: "Folder of the proofs of destruction; given, documents that have been due for 30 days are destroyed each day; absent, only the command 'hapi documents retention' destroys any",
  },
  limitUrlBytes: limit('URL_BYTES', 32_768, { fr: "octets de l'URL", en: 'bytes of the URL' }),
  limitHeaderBytes: limit('HEADER_BYTES', 65_536, {
    fr: 'octets des en-têtes',
    en: 'bytes of the headers',
  }),
  limitHeaders: limit('HEADERS', 200, { fr: "nombre d'en-têtes", en: 'number of headers' }),
  limitBodyBytes: limit('BODY_BYTES', 10_000_000, {
    fr: 'octets du corps',
    en: 'bytes of the body',
  }),
  limitQueryBytes: limit('QUERY_BYTES', 1_000_000, {
    fr: 'octets des options dans le corps de POST …/$query',
    en: 'bytes of the options in the body of POST …/$query',
  }),
  limitBatchBytes: limit('BATCH_BYTES', 25_000_000, {
    fr: "octets du corps d'un lot ($batch)",
    en: 'bytes of the body of a batch ($batch)',
  }),
  limitBodyIdleSeconds: limit(
    'BODY_IDLE_SECONDS',
    30,
    {
      fr: 'secondes sans un octet, après lesquelles un corps ou un téléversement qui arrive est coupé',
      en: 'seconds without a byte, after which a body or an upload that arrives is cut',
    },
    3_600,
  ),
  limitBatchParts: limit('BATCH_PARTS', 1_000, {
    fr: "requêtes d'un lot ($batch)",
    en: 'requests of a batch ($batch)',
  }),
  limitBatchSeconds: limit(
    'BATCH_SECONDS',
    120,
    {
      fr: "secondes pour toutes les requêtes d'un lot ($batch)",
      en: 'seconds for all requests of a batch ($batch)',
    },
    3_600,
  ),
  // The rule's own bound is the greatest (R-110).
  limitDocumentBytes: limit(
    'DOCUMENT_BYTES',
    26_214_400,
    { fr: "octets du contenu d'un document", en: 'bytes of the content of a document' },
    26_214_400,
  ),
  limitImportBytes: limit('IMPORT_BYTES', 268_435_456, {
    fr: "octets d'une importation (`POST /api/Import`)",
    en: 'bytes of an import (`POST /api/Import`)',
  }),
  limitAccountDocumentsMib: {
    name: 'HAPI_LIMIT_ACCOUNT_DOCUMENTS_MIB',
    default: 'off',
    reader: integerOrOff(1, INT32_MAX),
    fr: "Limite : mébioctets de contenus de documents par compte, sauf valeur propre au compte; off : l'espace qu'il y a",
    en: 'Limit: mebibytes of contents of documents per account, unless the account has a value of its own; off: the space there is',
  },
  limitAsyncRequests: limit('ASYNC_REQUESTS', 20, {
    fr: 'requêtes asynchrones (respond-async) par utilisateur, en cours ou dont la réponse est conservée',
    en: 'asynchronous requests (respond-async) per user, running or with an answer that is kept',
  }),
  limitAsyncBytes: limit('ASYNC_BYTES', 100_000_000, {
    fr: "octets d'une réponse asynchrone",
    en: 'bytes of an asynchronous answer',
  }),
  limitAsyncSeconds: limit(
    'ASYNC_SECONDS',
    600,
    {
      fr: "secondes avant qu'une requête asynchrone commence à répondre",
      en: 'seconds until an asynchronous request begins to answer',
    },
    86_400,
  ),
  limitAsyncKeptSeconds: limit(
    'ASYNC_KEPT_SECONDS',
    3_600,
    {
      fr: 'secondes pendant lesquelles une requête asynchrone et sa réponse sont conservées',
      en: 'seconds for which an asynchronous request and its answer are kept',
    },
    604_800,
  ),
  limitFilterNodes: limit('FILTER_NODES', 1_000, {
    fr: 'nœuds de $filter',
    en: 'nodes of $filter',
  }),
  limitFilterDepth: limit(
    'FILTER_DEPTH',
    60,
    { fr: 'profondeur de $filter', en: 'depth of $filter' },
    500,
  ),
  limitFunctionDepth: limit(
    'FUNCTION_DEPTH',
    15,
    { fr: 'fonctions emboîtées', en: 'nested functions' },
    500,
  ),
  limitInList: limit('IN_LIST', 2_000, {
    fr: "valeurs d'une liste « in »",
    en: "values of an 'in' list",
  }),
  limitLambdas: limit('LAMBDAS', 8, { fr: 'any/all par requête', en: 'any/all per query' }),
  limitLambdaDepth: limit('LAMBDA_DEPTH', 3, { fr: 'any/all emboîtés', en: 'nested any/all' }, 500),
  limitExpandDepth: limit(
    'EXPAND_DEPTH',
    6,
    { fr: 'profondeur de $expand', en: 'depth of $expand' },
    500,
  ),
  limitExpandNodes: limit('EXPAND_NODES', 40, {
    fr: 'navigations de $expand',
    en: 'navigations of $expand',
  }),
  limitOrderby: limit('ORDERBY', 32, { fr: 'critères de $orderby', en: 'items of $orderby' }),
  limitSelect: limit('SELECT', 500, { fr: 'éléments de $select', en: 'items of $select' }),
  limitExpandRows: limit('EXPAND_ROWS', 5_000_000, {
    fr: "lignes d'une réponse avec ce qui y est développé, selon l'estimation de PostgreSQL",
    en: "rows of an answer with what is expanded in it, by PostgreSQL's estimate",
  }),
  limitScannedRows: limit('SCANNED_ROWS', 100_000_000, {
    fr: "lignes à parcourir pour une réponse, selon l'estimation de PostgreSQL",
    en: "rows to look at for an answer, by PostgreSQL's estimate",
  }),
  limitPatternLength: limit('PATTERN_LENGTH', 256, {
    fr: "caractères d'un motif de matchesPattern",
    en: 'characters of a matchesPattern pattern',
  }),
} as const satisfies Record<string, Setting<unknown>>

/** The names of the settings in code. */
export type SettingKey = keyof typeof settings

/** The flag of a setting on the command line. */
export function flagOf(setting: Setting<unknown>): string {
  return `--${setting.name
    .replace(/^HAPI_/, '')
    .toLowerCase()
    .replaceAll('_', '-')}`
}
