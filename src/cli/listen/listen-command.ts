/**
 * `hapi listen`: brings the events of an account to a developer's machine, which has no public address. A tool of that
 * machine: it needs no database, only the API, and keeps nothing.
 */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { getSubscribable } from '../../changes/subscribable.ts'
import type { BilingualText } from '../../db/startup-refusal.ts'
import { HapiError } from '../../errors/hapi-error.ts'
import { entityTypes } from '../../model/model.ts'
import { readDestination } from '../../webhooks/destination.ts'
import { type RetrySchedule, readRetrySchedule } from '../../webhooks/retry-schedule.ts'
import { WebhookSender } from '../../webhooks/sender.ts'
import { newSecret } from '../../webhooks/signature.ts'
import type { CommandContext } from '../command-context.ts'
import { UsageRefusal } from '../usage-refusal.ts'
import { type Credentials, findCredentials } from './credentials.ts'
import { EventsClient } from './events-client.ts'
import { type Forward, Forwarder, LOCAL_POLICY } from './forwarder.ts'
import { jsonReport, type ListenReport, textReport } from './report.ts'

interface ListenOptions {
  readonly forward: readonly string[]
  readonly url?: string
  readonly after?: string
  readonly secret?: string
  readonly credentials?: string
  readonly retry: RetrySchedule
  readonly print?: true
  readonly json?: true
}

const DEFAULT_URL = 'http://localhost:8080'
/** Quick enough to watch, slow enough for a receiver that restarts on change. */
const DEFAULT_RETRY = '1,3,10'

/** As a webhook is given by default. */
const TIMEOUT_MS = 15_000
const CONNECT_TIMEOUT_MS = 5_000

/** Ctrl-C: exit code 130, and what to go on from. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly text: BilingualText

  constructor(position: string | undefined) {
    super('Interrupted')
    this.text =
      position === undefined
        ? { fr: 'Interrompu.', en: 'Interrupted.' }
        : {
            fr: `Interrompu. Pour reprendre : --after ${position}`,
            en: `Interrupted. To go on: --after ${position}`,
          }
  }
}

export function addListenCommand(program: Command, context: CommandContext): void {
  const command = context.command(program, 'listen', {
    fr: "recevoir les événements d'un compte sur sa machine, sans adresse publique",
    en: "receive the events of an account on one's machine, without a public address",
  })
  addOptions(command, context)
  command.action(async () => {
    const signal = context.dependencies.interruption?.() ?? new AbortController().signal
    const options = command.opts<ListenOptions>()
    const forwards = options.forward.map(readForward)
    const { environment } = context.dependencies
    const credentials = await findCredentials({
      file: options.credentials,
      environment,
      dataDir: context.configOf(command).dataDir,
    })
    const baseUrl = baseUrlOf(options.url ?? environment['HAPI_URL'], credentials)
    await listen({
      client: new EventsClient({
        baseUrl,
        credentials,
        language: context.language,
        signal,
        notify: (text) => context.tell(text),
      }),
      baseUrl,
      options,
      forwards,
      signal,
      version: context.dependencies.version,
      report: reportOf(context, options),
    })
  })
}

function addOptions(command: Command, context: CommandContext): void {
  const text = (fr: string, en: string): string => context.text({ fr, en })
  command
    .option(
      '--forward <[entity=]url>',
      text(
        "où envoyer les événements d'une entité, ou de toutes les autres; à répéter",
        'where to send the events of an entity, or of all others; may be repeated',
      ),
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .option(
      '--url <url>',
      text(
        `l'API; sinon HAPI_URL, l'adresse des identifiants, ou ${DEFAULT_URL}`,
        `the API; else HAPI_URL, the address of the credentials, or ${DEFAULT_URL}`,
      ),
    )
    .option(
      '--after <position>',
      text(
        'position dite à un arrêt précédent, ou start : depuis le plus ancien conservé; sinon à partir de maintenant',
        'position told when an earlier run stopped, or start: from the oldest kept; else from now on',
      ),
    )
    .option(
      '--secret <whsec_…>',
      text('secret de signature; sinon un nouveau', 'signing secret; else a new one'),
      parseSecret,
    )
    .option(
      '--credentials <file>',
      text(
        'identifiants; sinon HAPI_API_KEY, HAPI_USER et HAPI_PASSWORD, ou ceux de la démonstration',
        "credentials; else HAPI_API_KEY, HAPI_USER and HAPI_PASSWORD, or the demonstration's",
      ),
    )
    .addOption(
      new Option(
        '--retry <seconds>',
        text(
          "délais avant chaque nouvel essai d'un envoi, en secondes; off : aucun",
          'delays before each new try of a delivery, in seconds; off: none',
        ),
      )
        .argParser(parseSchedule)
        .default(parseSchedule(DEFAULT_RETRY), DEFAULT_RETRY),
    )
    .option('--print', text('montrer aussi le corps des événements', "show the events' bodies too"))
}

interface Listening {
  readonly client: EventsClient
  readonly baseUrl: string
  readonly options: ListenOptions
  readonly forwards: readonly Forward[]
  readonly signal: AbortSignal
  readonly version: string
  readonly report: ListenReport
}

/** Until it is interrupted, or refused for good. Throws Interruption, ApiRefusal. */
async function listen(listening: Listening): Promise<void> {
  const { client, baseUrl, options, forwards, signal, version, report } = listening
  const secret = options.secret ?? newSecret()
  const sender = new WebhookSender({
    policy: LOCAL_POLICY,
    timeoutMs: TIMEOUT_MS,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    version,
  })
  const forwarder = new Forwarder({
    forwards,
    secret,
    schedule: options.retry,
    sender,
    signal,
    report: report.attempt,
    show: report.event,
  })
  let position = options.after
  try {
    position ??= await client.now()
    report.started({ baseUrl, after: position, forwards, secret })
    const entities = entitiesOf(forwards)
    for (;;) {
      const page = await client.after(position, entities)
      await forwarder.forward(page.Events)
      position = page.Next
    }
  } catch (error) {
    throw signal.aborted ? new Interruption(position) : error
  } finally {
    await sender.close()
  }
}

/** `undefined`: all. */
function entitiesOf(forwards: readonly Forward[]): readonly string[] | undefined {
  const named = forwards.flatMap(({ entity }) => (entity === undefined ? [] : [entity]))
  return named.length === 0 || named.length < forwards.length ? undefined : named
}

/** `unit=http://localhost:3000/unit`, or the address alone. */
function readForward(text: string): Forward {
  const [, name, url = ''] = /^(?:([^=:/]*)=)?(.*)$/s.exec(text) ?? []
  try {
    return {
      entity: name === undefined ? undefined : getSubscribable(entityTypes, name).name,
      url: readDestination(url, LOCAL_POLICY, '--forward'),
    }
  } catch (error) {
    if (!(error instanceof HapiError)) throw error
    throw new UsageRefusal({
      fr: `--forward ${text} : ${error.messageIn('fr')}`,
      en: `--forward ${text}: ${error.messageIn('en')}`,
    })
  }
}

function baseUrlOf(given: string | undefined, { baseUrl }: Credentials): string {
  const text = given ?? baseUrl ?? DEFAULT_URL
  if (URL.canParse(text) && /^https?:\/\//i.test(text)) return text.replace(/\/+$/, '')
  throw new UsageRefusal({
    fr: `« ${text} » n'est pas une adresse http://… ou https://….`,
    en: `'${text}' is no address http://… or https://….`,
  })
}

function reportOf(context: CommandContext, options: ListenOptions): ListenReport {
  const parts = {
    language: context.language,
    print: options.print === true,
    write: (line: string) => void context.dependencies.stdout.write(`${line}\n`),
    tell: (text: BilingualText) => context.tell(text),
  }
  return options.json === true ? jsonReport(parts) : textReport(parts)
}

/** Standard Webhooks: 24 to 64 bytes in base64. */
function parseSecret(text: string): string {
  const encoded = /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(text)?.[1] ?? ''
  const { length } = Buffer.from(encoded, 'base64')
  if (length < 24 || length > 64) throw new InvalidArgumentError(`'whsec_…' (24 … 64 octets)`)
  return text
}

function parseSchedule(text: string): RetrySchedule {
  const schedule = readRetrySchedule(text)
  if (schedule === undefined) throw new InvalidArgumentError(`'${text}' (${DEFAULT_RETRY})`)
  return schedule
}
