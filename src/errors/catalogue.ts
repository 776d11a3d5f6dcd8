/**
 * Every error that HApi answers: stable code, HTTP status, text in both languages.
 *
 * Responses, the reference page and the OpenAPI examples come from here. A code is never reused.
 * `{name}` is a placeholder; the type of `HapiError` demands its value.
 */

import type { Phrase } from './phrase.ts'

interface ErrorEntry {
  readonly status: number
  readonly fr: string
  readonly en: string
}

export const errorCatalogue = {
  // Requests that cannot be understood (OData)
  SYNTAX_ERROR: { status: 400, fr: '{option}, caractère {position} : trouvé {found}; attendu : {expected}.', en: '{option}, character {position}: found {found}; expected: {expected}.' },
  MALFORMED_URL: { status: 400, fr: "L'URL est mal formée : {reason}.", en: 'The URL is malformed: {reason}.' },
  UNKNOWN_ENTITY_SET: { status: 404, fr: "L'ensemble « {name} » n'existe pas.{nearest}", en: "Entity set '{name}' does not exist.{nearest}" },
  UNKNOWN_PROPERTY: { status: 400, fr: "La propriété « {property} » n'existe pas sur le type « {type} » (caractère {position}).{nearest}", en: "Property '{property}' does not exist on type '{type}' (character {position}).{nearest}" },
  UNKNOWN_SEGMENT: { status: 404, fr: "Le segment « {segment} » n'existe pas après « {type} ».{nearest}", en: "Segment '{segment}' does not exist after '{type}'.{nearest}" },
  UNKNOWN_OPTION: { status: 400, fr: "L'option « {option} » n'existe pas.{nearest}", en: "Query option '{option}' does not exist.{nearest}" },
  DUPLICATE_OPTION: { status: 400, fr: "L'option « {option} » est donnée plus d'une fois.", en: "Query option '{option}' is given more than once." },
  OPTION_NOT_APPLICABLE: { status: 400, fr: "L'option « {option} » ne s'applique pas à cette ressource.", en: "Query option '{option}' does not apply to this resource." },
  INVALID_OPTION_VALUE: { status: 400, fr: "La valeur « {value} » n'est pas permise pour l'option « {option} ».", en: "Value '{value}' is not allowed for query option '{option}'." },
  UNKNOWN_FUNCTION: { status: 400, fr: "La fonction « {name} » n'existe pas (caractère {position}).{nearest}", en: "Function '{name}' does not exist (character {position}).{nearest}" },
  ARGUMENT_MISMATCH: { status: 400, fr: 'La fonction « {name} » attend {expected} (caractère {position}).', en: "Function '{name}' expects {expected} (character {position})." },
  TYPE_MISMATCH: { status: 400, fr: 'Types incompatibles pour « {operator} » : {left} et {right} (caractère {position}).', en: "Incompatible types for '{operator}': {left} and {right} (character {position})." },
  NAME_IN_USE: { status: 400, fr: "Le nom « {name} » est déjà celui d'une propriété de « {type} » ou d'une autre valeur calculée.", en: "The name '{name}' is already that of a property of '{type}' or of another computed value." },
  INVALID_LITERAL: { status: 400, fr: "« {value} » n'est pas une valeur de type {type} (caractère {position}).", en: "'{value}' is not a value of type {type} (character {position})." },
  UNKNOWN_TYPE: { status: 400, fr: "Le type « {name} » n'existe pas (caractère {position}).{nearest}", en: "Type '{name}' does not exist (character {position}).{nearest}" },
  INVALID_KEY: { status: 400, fr: 'La clé de « {set} » doit être {expected}.', en: "The key of '{set}' must be {expected}." },
  EVALUATION_FAILED: { status: 400, fr: "L'expression ne peut être évaluée sur les données : valeur hors limites ou opération impossible.", en: 'The expression cannot be evaluated on the data: value out of range or impossible operation.' },
  NOT_IMPLEMENTED: { status: 501, fr: "« {feature} » n'est pas offert par ce service.", en: "'{feature}' is not offered by this service." },
  LIMIT_EXCEEDED: { status: 400, fr: 'La requête dépasse la limite de {limit} {what}; demandez moins à la fois, ou en plusieurs requêtes.', en: 'The request exceeds the limit of {limit} {what}; ask for less at once, or in several requests.' },
  QUERY_TOO_EXPENSIVE: {
    status: 400,
    fr: 'La requête lirait environ {rows} lignes; la limite est de {limit}. Filtrez davantage, développez moins de relations, ou demandez moins de lignes à la fois ($top).',
    en: 'The request would read about {rows} rows; the limit is {limit}. Filter more, expand fewer relations, or ask for fewer rows at once ($top).',
  },
  URL_TOO_LONG: { status: 414, fr: "L'URL dépasse {limit} octets; donnez les options dans le corps de POST …/$query, ou la requête dans un $batch.", en: 'The URL exceeds {limit} bytes; give the options in the body of POST …/$query, or the request in a $batch.' },
  HEADERS_TOO_LARGE: { status: 431, fr: 'Les en-têtes dépassent la limite permise.', en: 'The headers exceed the allowed size.' },
  NOT_ACCEPTABLE: { status: 406, fr: 'Aucun format demandé par « Accept » ou « $format » ne peut être produit : {format}.', en: "No format asked by 'Accept' or '$format' can be produced: {format}." },
  VERSION_NOT_SUPPORTED: { status: 400, fr: "La version OData « {version} » n'est pas prise en charge; demandez 4.0 ou 4.01.", en: "OData version '{version}' is not supported; ask for 4.0 or 4.01." },
  SCHEMA_VERSION_NOT_FOUND: { status: 404, fr: "La version « {version} » du schéma n'existe pas; la version courante est « {current} », ou « * ».", en: "Schema version '{version}' does not exist; the current one is '{current}', or '*'." },
  ISOLATION_NOT_SUPPORTED: { status: 412, fr: "L'isolement « {isolation} » ne peut être garanti ici : seule une lecture qui répond en une seule page est isolée (snapshot).", en: "Isolation '{isolation}' cannot be guaranteed here: only a read that is answered in a single page is isolated (snapshot)." },
  // Resources and operations
  ROUTE_NOT_FOUND: { status: 404, fr: "L'adresse « {path} » n'existe pas; les ensembles d'entités sont sous /api.", en: "Address '{path}' does not exist; the entity sets are under /api." },
  RECORD_NOT_FOUND: { status: 404, fr: "L'enregistrement {entity} {key} n'existe pas.", en: 'Record {entity} {key} does not exist.' },
  OPERATION_NOT_SUPPORTED: { status: 405, fr: "L'opération {method} n'est pas offerte pour {entity}.", en: 'Operation {method} is not available for {entity}.' },
  DATE_ORDER: { status: 400, fr: 'La date {field} doit être égale ou postérieure à {other}.', en: 'Date {field} must be on or after {other}.' },
  RANGE_TOO_LONG: { status: 400, fr: 'La plage demandée dépasse {max} jours.', en: 'The requested range exceeds {max} days.' },
  INVALID_FORMAT: { status: 400, fr: 'Le format du champ {field} est invalide.', en: 'The format of field {field} is invalid.' },
  // Fields of a body
  REQUIRED_FIELD: { status: 400, fr: 'Le champ {field} est obligatoire.', en: 'Field {field} is required.' },
  UNKNOWN_FIELD: { status: 400, fr: "Le champ {field} n'existe pas dans l'entité {entity}.{nearest}", en: 'Field {field} does not exist in entity {entity}.{nearest}' },
  FIELD_READ_ONLY: { status: 400, fr: 'Le champ {field} est en lecture seule.', en: 'Field {field} is read-only.' },
  FIELD_IMMUTABLE: { status: 400, fr: 'Le champ {field} ne peut plus être modifié après la création.', en: 'Field {field} cannot be changed after creation.' },
  MAX_LENGTH_EXCEEDED: { status: 400, fr: 'Le champ {field} dépasse {max} caractères.', en: 'Field {field} exceeds {max} characters.' },
  VALUE_OUT_OF_RANGE: { status: 400, fr: 'La valeur du champ {field} doit être comprise entre {min} et {max}.', en: 'The value of field {field} must be between {min} and {max}.' },
  SCALE_EXCEEDED: { status: 400, fr: 'Le champ {field} accepte au plus {scale} décimales.', en: 'Field {field} accepts at most {scale} decimals.' },
  INVALID_CODE: { status: 400, fr: "Le code « {value} » n'est pas permis pour le champ {field}.", en: 'Code "{value}" is not allowed for field {field}.' },
  REFERENCE_NOT_FOUND: { status: 400, fr: 'Aucun enregistrement {entity} ne correspond à {key}.', en: 'No {entity} record matches {key}.' },
  REFERENCE_MISMATCH: { status: 400, fr: "L'identifiant {field} et la clé {key} désignent des enregistrements différents.", en: 'Identifier {field} and key {key} designate different records.' },
  DIVISION_MISMATCH: { status: 400, fr: '{entity} {key} appartient à une autre compagnie-division.', en: '{entity} {key} belongs to another company-division.' },
  // Rows and other rows
  DUPLICATE_KEY: { status: 409, fr: 'Un enregistrement {entity} existe déjà avec la clé {key}.', en: 'A {entity} record already exists with key {key}.' },
  IMPORT_IN_PROGRESS: { status: 409, fr: 'Une importation est en cours dans ce compte; réessayez quand elle sera terminée.', en: 'An import of this account is running; try again once it has ended.' },
  IMPORT_REFUSED: { status: 422, fr: "Rien n'a été importé. Lignes refusées, en tout ou en partie : {refused} sur {rows}. Le rapport dit pourquoi.", en: 'Nothing was imported. Rows refused, whole or in part: {refused} of {rows}. The report says why.' },
  IMPORT_SOURCE_REFUSED: { status: 422, fr: "Rien n'a été importé : la source ne se lit pas telle quelle. Défauts : {faults}. Le rapport dit lesquels.", en: 'Nothing was imported: the source cannot be read as it is. Faults: {faults}. The report says which.' },
  IMPORT_MEDIA_TYPE: { status: 415, fr: "Une importation n'est pas de type « {type} »; envoyez application/zip, text/csv ou application/x-ndjson.", en: "An import is not of type '{type}'; send application/zip, text/csv or application/x-ndjson." },
  IMPORT_FILE_REFUSED: { status: 400, fr: "Le fichier « {file} » ne s'importe pas : {reason}.", en: "File '{file}' cannot be imported: {reason}." },
  IMPORT_FILE_REPEATED: { status: 400, fr: "Les fichiers « {file} » et « {other} » contiennent tous deux l'ensemble {set}; réunissez-les.", en: "Files '{file}' and '{other}' both hold set {set}; make one of them." },
  IMPORT_ARCHIVE_REFUSED: { status: 400, fr: "L'archive est refusée : {reason}.", en: 'The archive is refused: {reason}.' },
  IMPORT_SOURCE_CHANGED: { status: 409, fr: "Le fichier « {file} » a changé pendant sa lecture; l'importation s'arrête. Relancez-la quand il ne change plus.", en: "File '{file}' has changed while it was read; the import stops. Run it again once it no longer changes." },
  IMPORT_ENCODING: { status: 400, fr: 'Les caractères du fichier ne se lisent pas : {reason}.', en: 'The characters of the file cannot be read: {reason}.' },
  IMPORT_FORM: { status: 400, fr: 'Le fichier ne se lit pas ici : {reason}.', en: 'The file cannot be read here: {reason}.' },
  IMPORT_HEADER: { status: 400, fr: "L'en-tête « {header} » est refusé : {reason}.", en: "Header '{header}' is refused: {reason}." },
  IMPORT_CONTENT: { status: 400, fr: 'Le contenu de la ligne ne se trouve pas : {reason}.', en: 'The content of the row cannot be found: {reason}.' },
  IMPORT_FORMULA: { status: 400, fr: "La cellule commence comme une formule qu'un tableur exécuterait; si c'est un texte, mettez une apostrophe devant.", en: 'The cell begins like a formula that a spreadsheet would run; if it is text, put an apostrophe before it.' },
  IMPORT_VALUE_UNCLEAR: { status: 400, fr: '« {value} » se lit de deux façons : {reason}.', en: "'{value}' can be read in two ways: {reason}." },
  DELETE_RESTRICTED: { status: 409, fr: 'Suppression refusée : {entity} {key} est utilisé ou déjà facturé.', en: 'Deletion refused: {entity} {key} is in use or already billed.' },
  PRECONDITION_FAILED: { status: 412, fr: "L'enregistrement {entity} {key} a été modifié depuis votre lecture; relisez-le avant d'écrire.", en: 'Record {entity} {key} was changed since you read it; read it again before writing.' },
  // Master data and spaces of a building
  OWNERSHIP_OVER_100: { status: 409, fr: "La somme des parts de l'immeuble {key} dépasse 100 % le {date}.", en: 'The shares of building {key} exceed 100% on {date}.' },
  ROOMS_NOT_HALF_STEP: { status: 400, fr: 'Le nombre de pièces doit être un multiple de 0,5 entre 1 et 20.', en: 'The number of rooms must be a multiple of 0.5 between 1 and 20.' },
  GL_ACCOUNT_NOT_POSTABLE: { status: 400, fr: "Le compte {key} n'est pas imputable.", en: 'Account {key} cannot be posted to.' },
  NOTE_TARGET_REQUIRED: { status: 400, fr: 'La note doit viser un immeuble, une unité ou un locataire.', en: 'The note must concern a building, a unit or a tenant.' },
  // Documents
  DOCUMENT_CONTENT_REJECTED: { status: 400, fr: "Le contenu est vide, trop volumineux ou d'un type non permis.", en: 'The content is empty, too large or of a type that is not allowed.' },
  DOCUMENT_TENANT_REQUIRED: { status: 400, fr: 'Un document visible au locataire doit désigner un locataire.', en: 'A document visible to the tenant must name a tenant.' },
  DOCUMENT_QUOTA_EXCEEDED: { status: 409, fr: "L'espace des documents du compte ne suffit pas : {used} Mio sur {max} sont occupés, et le contenu compte {size} octets.", en: "The account's space for documents does not suffice: {used} of {max} MiB are taken, and the content has {size} bytes." },
  RANGE_NOT_SATISFIABLE: { status: 416, fr: 'La plage demandée commence après la fin du contenu ({size} octets).', en: 'The range asked for begins after the end of the content ({size} bytes).' },
  // Leases
  LEASE_END_DATE_REQUIRED: { status: 400, fr: 'La date de fin est obligatoire pour un bail à durée fixe.', en: 'The end date is required for a fixed-term lease.' },
  LEASE_END_DATE_FORBIDDEN: { status: 400, fr: "Un bail à durée indéterminée n'a pas de date de fin.", en: 'An indeterminate lease has no end date.' },
  LEASE_TERM_TOO_LONG: { status: 400, fr: "La durée d'un bail ne peut excéder 100 ans.", en: 'A lease cannot exceed 100 years.' },
  UNIT_NOT_RENTABLE: { status: 409, fr: "L'unité {key} n'est pas louable.", en: 'Unit {key} cannot be rented.' },
  UNIT_UNAVAILABLE: { status: 409, fr: "L'unité {key} est non disponible du {start} au {end}.", en: 'Unit {key} is unavailable from {start} to {end}.' },
  LEASE_OVERLAP: { status: 409, fr: "L'unité {key} est déjà louée du {start} au {end} (bail {lease}).", en: 'Unit {key} is already leased from {start} to {end} (lease {lease}).' },
  LEASE_HELD_RENEWABLE: { status: 409, fr: "L'unité {key} est conservée par le bail renouvelable {lease} tant qu'aucune date de départ n'est inscrite au locataire {tenant}.", en: 'Unit {key} is kept by renewable lease {lease} until a departure date is entered for tenant {tenant}.' },
  TENANT_LEASE_OVERLAP: { status: 409, fr: 'Le locataire {tenant} détient déjà un bail pour cette période (bail {lease}).', en: 'Tenant {tenant} already holds a lease for this period (lease {lease}).' },
  DEPOSIT_FORBIDDEN: { status: 400, fr: 'Aucun dépôt ne peut être exigé pour un bail résidentiel.', en: 'No deposit may be required for a residential lease.' },
  SECTION_F_NOT_APPLICABLE: { status: 400, fr: "La section F ne s'applique pas à ce logement le {date}.", en: 'Section F does not apply to this dwelling on {date}.' },
  SECTION_F_MAXIMUM_EXCEEDED: { status: 400, fr: 'Le loyer dépasse le maximum déclaré à la section F ({amount}).', en: 'The rent exceeds the maximum declared in section F ({amount}).' },
  LEASE_ALREADY_STARTED: { status: 409, fr: 'Le bail {lease} est débuté; inscrivez plutôt une date de départ.', en: 'Lease {lease} has started; enter a departure date instead.' },
  LEASE_HAS_CHARGES: { status: 409, fr: 'Le bail {lease} a des facturations non renversées.', en: 'Lease {lease} has charges that are not reversed.' },
  ASSIGNMENT_CONDITIONS_DIFFER: { status: 400, fr: "Une cession conserve le loyer, la date de fin et l'unité du bail cédé.", en: 'An assignment keeps the rent, end date and unit of the assigned lease.' },
  // Departures
  DEPARTURE_REASON_REQUIRED: { status: 400, fr: 'Le motif est obligatoire avec une date de départ.', en: 'A reason is required with a departure date.' },
  DEPARTURE_WITHOUT_RENTAL: { status: 409, fr: "Le locataire {tenant} n'a aucune location en cours ou à venir.", en: 'Tenant {tenant} has no current or future rental.' },
  DEPARTURE_BEFORE_START: { status: 409, fr: "La date de départ précède le début du bail {lease}; annulez d'abord ce bail.", en: 'The departure date precedes the start of lease {lease}; cancel that lease first.' },
  DEPARTURE_AFTER_LEASE_END: { status: 409, fr: "Le bail {lease} n'est pas renouvelable et se termine le {date}.", en: 'Lease {lease} is not renewable and ends on {date}.' },
  DEPARTURE_CHANGE_CONFLICT: { status: 409, fr: 'Le départ ne peut être retiré ou reporté : {entity} {key} est reloué à compter du {date}.', en: 'The departure cannot be withdrawn or postponed: {entity} {key} is rented again from {date}.' },
  DEPARTURE_NOTICE_OUT_OF_WINDOW: { status: 400, fr: "L'avis de non-reconduction doit être donné entre le {start} et le {end}.", en: 'The non-renewal notice must be given between {start} and {end}.' },
  DEPARTURE_NOT_LEASE_END: { status: 400, fr: 'Un départ en fin de bail doit être daté du {date}.', en: 'A departure at the end of the lease must be dated {date}.' },
  // Rentals, services and unavailability
  PARKING_HELD_RENEWABLE: { status: 409, fr: "Le stationnement {key} est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire {tenant}.", en: 'Parking space {key} is kept by a renewable rental until a departure date is entered on tenant {tenant}.' },
  PARKING_ALREADY_RENTED: { status: 409, fr: 'Le stationnement {key} est déjà loué du {start} au {end}.', en: 'Parking space {key} is already rented from {start} to {end}.' },
  PARKING_NOT_RENTABLE: { status: 409, fr: "Le stationnement {key} n'est pas louable.", en: 'Parking space {key} cannot be rented.' },
  STORAGE_HELD_RENEWABLE: { status: 409, fr: "Le rangement {key} est conservé par une location renouvelable tant qu'aucune date de départ n'est inscrite à la fiche du locataire {tenant}.", en: 'Storage space {key} is kept by a renewable rental until a departure date is entered on tenant {tenant}.' },
  STORAGE_ALREADY_RENTED: { status: 409, fr: 'Le rangement {key} est déjà loué du {start} au {end}.', en: 'Storage space {key} is already rented from {start} to {end}.' },
  STORAGE_NOT_RENTABLE: { status: 409, fr: "Le rangement {key} n'est pas louable.", en: 'Storage space {key} cannot be rented.' },
  PAD_ALREADY_ACTIVE: { status: 409, fr: 'Le locataire {tenant} a déjà un accord de paiement préautorisé actif.', en: 'Tenant {tenant} already has an active pre-authorized debit agreement.' },
  PAD_FINAL: { status: 409, fr: 'Un accord annulé ne peut être réactivé.', en: 'A cancelled agreement cannot be reactivated.' },
  SERVICE_INACTIVE: { status: 409, fr: 'Le service {key} est inactif.', en: 'Service {key} is inactive.' },
  DISCOUNT_SIGN: { status: 400, fr: "Le montant d'un rabais doit être négatif et celui d'un autre service, positif ou nul.", en: 'A discount amount must be negative; any other service amount must be zero or positive.' },
  DISCOUNT_EXCEEDS_RENT: { status: 409, fr: 'Le rabais mensuel ({amount}) dépasse le loyer ({rent}).', en: 'The monthly discount ({amount}) exceeds the rent ({rent}).' },
  PERIOD_ALREADY_BILLED: { status: 409, fr: 'La période {period} est déjà facturée pour {entity} {key}.', en: 'Period {period} is already billed for {entity} {key}.' },
  UNAVAILABILITY_OVERLAP: { status: 409, fr: "Une autre période d'indisponibilité de l'unité {key} croise ces dates.", en: 'Another unavailability period of unit {key} overlaps these dates.' },
  UNAVAILABILITY_OVERLAPS_LEASE: { status: 409, fr: "La période croise le bail {lease} de l'unité {key}.", en: 'The period overlaps lease {lease} of unit {key}.' },
  // Rent changes, renewals and meter readings
  PRICE_CHANGE_OUT_OF_TERM: { status: 400, fr: "La date d'effet doit être postérieure au {start} et au plus tard le {end}.", en: 'The effective date must be after {start} and no later than {end}.' },
  PRICE_CHANGE_LOCKED: { status: 409, fr: 'Le changement de loyer {key} est déjà activé.', en: 'Price change {key} is already activated.' },
  PRICE_CHANGE_TYPE_RESERVED: { status: 400, fr: 'Le type {value} est réservé au système.', en: 'Type {value} is reserved for the system.' },
  RENT_ADJUSTMENT_FORBIDDEN: { status: 400, fr: 'Un bail résidentiel à durée fixe de 12 mois ou moins ne permet aucune augmentation en cours de bail.', en: 'A residential fixed-term lease of 12 months or less allows no increase during the lease.' },
  RENT_ADJUSTMENT_TOO_EARLY: { status: 400, fr: "Aucune augmentation n'est permise avant le {date} (12 premiers mois).", en: 'No increase is allowed before {date} (first 12 months).' },
  RENT_ADJUSTMENT_TOO_FREQUENT: { status: 400, fr: 'Une seule augmentation est permise entre le {start} et le {end}.', en: 'Only one increase is allowed between {start} and {end}.' },
  RENT_INCREASE_NOT_ALLOWED: { status: 400, fr: "Ce type de changement ne permet pas d'augmenter un loyer résidentiel.", en: 'This change type cannot increase a residential rent.' },
  RENEWAL_NOT_APPLICABLE: { status: 409, fr: "Le bail {lease} n'est pas renouvelable ou le locataire quitte.", en: 'Lease {lease} is not renewable or the tenant is leaving.' },
  NOTICE_OUT_OF_WINDOW: { status: 400, fr: "L'avis doit être reçu entre le {start} et le {end}.", en: 'The notice must be received between {start} and {end}.' },
  NOTICE_IN_FUTURE: { status: 400, fr: 'La date {field} ne peut être postérieure à la date du jour ({date}).', en: 'Date {field} cannot be after the business date ({date}).' },
  RESPONSE_TOO_LATE: { status: 409, fr: 'Le délai de réponse a pris fin le {date}; le locataire est réputé avoir accepté.', en: 'The answer was due on {date}; the tenant is deemed to have accepted.' },
  SECTION_F_MUST_LEAVE: { status: 400, fr: 'Logement visé par la section F : le locataire qui refuse la modification doit quitter à la fin du bail.', en: 'Dwelling under section F: a tenant who refuses the change must leave at the end of the lease.' },
  TAL_DEADLINE_PASSED: { status: 409, fr: 'Le délai de demande au Tribunal a pris fin le {date}.', en: 'The deadline to apply to the tribunal was {date}.' },
  RENEWAL_STATE: { status: 409, fr: "L'opération n'est pas permise au statut {status}.", en: 'The operation is not allowed in status {status}.' },
  READING_DECREASING: { status: 409, fr: 'La lecture doit être comprise entre {min} et {max}.', en: 'The reading must be between {min} and {max}.' },
  // Service calls and access to dwellings
  TRANSITION_NOT_ALLOWED: { status: 409, fr: "Le passage du statut {from} au statut {to} n'est pas permis.", en: 'The change from status {from} to status {to} is not allowed.' },
  TRANSITION_GUARD_FAILED: { status: 400, fr: 'Le statut {to} exige : {fields}.', en: 'Status {to} requires: {fields}.' },
  SERVICE_CALL_CLOSED: { status: 409, fr: "L'appel {key} est fermé ou annulé.", en: 'Service call {key} is closed or cancelled.' },
  ACCESS_NOTICE_TOO_SHORT: { status: 400, fr: 'Le locataire doit être avisé au moins 24 heures avant le {date}.', en: 'The tenant must be notified at least 24 hours before {date}.' },
  ACCESS_OUTSIDE_HOURS: { status: 400, fr: 'Les travaux se font entre 7 h et 19 h.', en: 'Work takes place between 7:00 and 19:00.' },
  VISIT_OUTSIDE_HOURS: { status: 400, fr: 'Les visites et les vérifications se font entre 9 h et 21 h.', en: 'Visits and verifications take place between 9:00 and 21:00.' },
  // Prospects and messages
  APPLICATION_ALREADY_ACCEPTED: { status: 409, fr: "Une autre demande acceptée réserve l'unité {key} jusqu'au {date}.", en: 'Another accepted application reserves unit {key} through {date}.' },
  SCREENING_CONSENT_REQUIRED: { status: 400, fr: "Le consentement du candidat est requis avant l'enquête.", en: "The applicant's consent is required before the screening." },
  MESSAGE_THREAD_MISMATCH: { status: 400, fr: 'Le message parent appartient à un autre locataire.', en: 'The parent message belongs to another tenant.' },
  // Webhooks
  ENTITY_NOT_SUBSCRIBABLE: { status: 400, fr: "L'entité « {value} » n'offre pas l'abonnement.{nearest} Entités offertes : {available}.", en: "Entity '{value}' does not offer subscriptions.{nearest} Available: {available}." },
  WEBHOOK_URL_INVALID: { status: 400, fr: "L'URL du webhook n'est pas acceptée : {reason}.", en: 'The URL of the webhook is not accepted: {reason}.' },
  WEBHOOK_HTTP_REFUSED: {
    status: 400,
    fr: "L'URL du webhook doit commencer par https://. L'opérateur peut permettre http:// par HAPI_WEBHOOK_ALLOW_HTTP=true; sur un poste de développement, utilisez « hapi listen ».",
    en: "The URL of the webhook must begin with https://. The operator may allow http:// by HAPI_WEBHOOK_ALLOW_HTTP=true; on a developer's machine, use 'hapi listen'.",
  },
  WEBHOOK_ADDRESS_REFUSED: { status: 400, fr: "L'adresse « {host} » n'est pas permise pour un webhook : {reason}.", en: "Address '{host}' is not allowed for a webhook: {reason}." },
  WEBHOOK_HEADERS_INVALID: { status: 400, fr: 'Les en-têtes du webhook ne sont pas acceptés : {reason}.', en: 'The headers of the webhook are not accepted: {reason}.' },
  WEBHOOK_ENDPOINT_ENDED: { status: 409, fr: 'La destination de webhooks {key} est terminée; créez-en une autre.', en: 'Webhook endpoint {key} has ended; create another one.' },
  WEBHOOK_ENDPOINTS_LIMIT: { status: 409, fr: 'Cet utilisateur a déjà {max} destinations de webhooks; supprimez-en une.', en: 'This user has {max} webhook endpoints already; delete one.' },
  // Sandbox
  ADMINISTRATOR_ONLY: { status: 403, fr: 'Seul un administrateur du compte peut utiliser {resource}.', en: 'Only an administrator of the account may use {resource}.' },
  CLOCK_NOT_PINNED: { status: 409, fr: "L'horloge de ce compte suit l'heure réelle; seule celle d'un bac à sable se déplace.", en: "This account's clock follows the real time; only that of a sandbox moves." },
  CLOCK_BACKWARD: { status: 400, fr: "L'horloge est au {from} et n'avance que vers l'avant; {to} est passé.", en: 'The clock stands at {from} and moves forward only; {to} is past.' },
  CLOCK_TOO_FAR: { status: 400, fr: "L'horloge n'avance que de {years} ans à la fois, donc au plus tard au {max}.", en: 'The clock moves {years} years at a time, hence to {max} at the latest.' },
  // Repeated requests
  IDEMPOTENCY_KEY_INVALID: { status: 400, fr: '« Idempotency-Key » doit compter de 1 à 255 caractères ASCII visibles.', en: "'Idempotency-Key' must have 1 to 255 visible ASCII characters." },
  IDEMPOTENCY_KEY_REUSED: { status: 422, fr: 'Cette « Idempotency-Key » a déjà servi à une autre requête; prenez-en une nouvelle.', en: "This 'Idempotency-Key' was already used for another request; take a new one." },
  IDEMPOTENCY_IN_PROGRESS: { status: 409, fr: 'La requête qui porte cette « Idempotency-Key » est encore en cours; réessayez dans quelques secondes.', en: "The request with this 'Idempotency-Key' is still running; try again in a few seconds." },
  // Batches
  BATCH_INVALID: { status: 400, fr: "La requête d'un lot n'est pas valide : {reason}.", en: 'The request of a batch is not valid: {reason}.' },
  BATCH_REFERENCE_UNKNOWN: { status: 400, fr: "« {reference} » ne désigne aucune entité d'une requête précédente du lot.", en: "'{reference}' designates no entity of an earlier request of the batch." },
  BATCH_OTHER_USER: { status: 403, fr: "L'en-tête « Authorization » d'une requête du lot désigne un autre utilisateur que celui du lot; omettez-le.", en: "The 'Authorization' header of a request of the batch designates another user than that of the batch; leave it out." },
  FAILED_DEPENDENCY: { status: 424, fr: "La requête n'a pas été exécutée ou a été annulée, car ce dont elle dépend a échoué : {request}.", en: 'The request was not executed or has been undone, since what it depends on has failed: {request}.' },
  REPEATABILITY_INVALID: {
    status: 400,
    fr: '« Repeatability-Request-ID » (1 à 255 caractères ASCII visibles) et « Repeatability-First-Sent » (date IMF-fixdate) vont ensemble, les mêmes à chaque envoi de la même requête.',
    en: "'Repeatability-Request-ID' (1 to 255 visible ASCII characters) and 'Repeatability-First-Sent' (an IMF-fixdate) go together, the same for each sending of the same request.",
  },
  REPEATABILITY_EXPIRED: {
    status: 412,
    fr: "« Repeatability-First-Sent » est à plus de {hours} heures d'ici : on ne sait plus si cette requête a déjà été exécutée; vérifiez, puis renvoyez-la sous un nouvel identifiant.",
    en: "'Repeatability-First-Sent' is more than {hours} hours from now: whether this request was run already is not known any more; look, then send it under a new identifier.",
  },
  MONITOR_NOT_FOUND: { status: 404, fr: "Cette requête asynchrone n'existe pas, n'est pas la vôtre, ou sa réponse n'est plus conservée.", en: 'This asynchronous request does not exist, is not yours, or its answer is no longer kept.' },
  // Access
  SIGN_IN_FAILED: { status: 401, fr: "La clé API, le nom d'utilisateur ou le mot de passe est incorrect.", en: 'The API key, the user name or the password is wrong.' },
  FEED_SIGN_IN_FAILED: { status: 401, fr: 'Le nom ou le mot de passe du compte de flux est incorrect, ou le compte est révoqué.', en: 'The name or the password of the feed account is wrong, or the account is revoked.' },
  FEED_NEEDS_HTTPS: { status: 403, fr: "Un compte de flux n'est accepté que par HTTPS : son mot de passe serait lisible en chemin.", en: 'A feed account is accepted over HTTPS only: its password could be read on the way.' },
  FEED_READ_ONLY: { status: 403, fr: 'Un compte de flux lit seulement; pour écrire, demandez un jeton par POST /api/Token.', en: 'A feed account only reads; to write, ask for a token by POST /api/Token.' },
  TOKEN_REQUIRED: { status: 401, fr: 'Un jeton est requis : demandez-le par POST /api/Token, puis envoyez « Authorization: Bearer <jeton> ».', en: "A token is required: ask for one by POST /api/Token, then send 'Authorization: Bearer <token>'." },
  TOKEN_INVALID: { status: 401, fr: "Le jeton n'est pas valide; demandez-en un nouveau par POST /api/Token.", en: 'The token is not valid; ask for a new one by POST /api/Token.' },
  TOKEN_EXPIRED: { status: 401, fr: 'Le jeton est expiré (24 h); demandez-en un nouveau par POST /api/Token.', en: 'The token has expired (24 h); ask for a new one by POST /api/Token.' },
  TOO_MANY_REQUESTS: { status: 429, fr: 'Trop de tentatives; réessayez dans {seconds} s.', en: 'Too many attempts; try again in {seconds} s.' },
  MODULE_NOT_LICENSED: { status: 403, fr: "Le module « {module} » n'est pas activé pour ce client; le client doit s'adresser au service des ventes de Primmo.", en: "Module '{module}' is not enabled for this client; the client should contact Primmo's sales department." },
  READ_NOT_PERMITTED: { status: 403, fr: "Cet utilisateur n'a pas le droit de lire « {set} »; un administrateur du compte peut l'accorder.", en: "This user has no right to read '{set}'; an administrator of the account can grant it." },
  WRITE_NOT_PERMITTED: { status: 403, fr: "Cet utilisateur n'a pas le droit « {right} » sur « {set} »; un administrateur du compte peut l'accorder.", en: "This user has no right '{right}' on '{set}'; an administrator of the account can grant it." },
  // Changes
  DELTA_EXPIRED: {
    status: 410,
    fr: "Ce lien delta n'est plus valide : des modifications qui le suivent ne sont plus conservées ({days} jours), ou le secret du service a changé. Relisez tout à l'adresse de l'en-tête Location, avec « Prefer: track-changes », et repartez du nouveau lien.",
    en: "This delta link is no longer valid: changes after it are no longer kept ({days} days), or the secret of the service has changed. Read everything again from the address in the Location header, with 'Prefer: track-changes', and go on from the new link.",
  },
  // Events
  EVENTS_EXPIRED: {
    status: 410,
    fr: 'Des événements qui suivent cette position ne sont plus conservés ({days} jours); relisez vos données, puis reprenez sans « after », ou par after=start.',
    en: "Events after this position are no longer kept ({days} days); read your data again, then go on without 'after', or by after=start.",
  },
  TOO_MANY_WAITING: { status: 429, fr: 'Trop de requêtes attendent déjà des événements ({max} au plus); réessayez dans {seconds} s ou sans « wait ».', en: "Too many requests wait for events already ({max} at most); try again in {seconds} s or without 'wait'." },
  // Bodies
  INVALID_BODY: { status: 400, fr: 'Le corps de la requête est invalide : {reason}.', en: 'The request body is invalid: {reason}.' },
  BODY_TOO_LARGE: { status: 413, fr: 'Le corps de la requête dépasse {limit} octets.', en: 'The request body exceeds {limit} bytes.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, fr: "Le type de contenu « {type} » n'est pas pris en charge; envoyez application/json.", en: "Content type '{type}' is not supported; send application/json." },
  // The server itself
  UNAVAILABLE: { status: 503, fr: 'Le service est momentanément indisponible; réessayez dans quelques secondes.', en: 'The service is temporarily unavailable; try again in a few seconds.' },
  REQUEST_TIMED_OUT: { status: 408, fr: "La requête n'arrive plus, ou trop lentement; renvoyez-la.", en: 'The request does not arrive any more, or too slowly; send it again.' },
  TIMED_OUT: { status: 503, fr: 'La requête a dépassé la durée permise ({seconds} s); réduisez sa portée.', en: 'The request exceeded the time allowed ({seconds} s); narrow it.' },
  INTERNAL_ERROR: { status: 500, fr: 'Une erreur interne est survenue; communiquez le numéro de requête au soutien technique.', en: 'An internal error occurred; give the request id to technical support.' },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorCatalogue

type Placeholders<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never

export type ErrorValue = string | number | Phrase

/** The values that the placeholders of a code need. */
export type ErrorValues<C extends ErrorCode> = {
  readonly [Name in Placeholders<(typeof errorCatalogue)[C]['fr']>]: ErrorValue
}
