/**
 * Codes of the webhooks. They are words, which people meet in logs and in the answers of `Test` and `Resend`, and no
 * rows of LookupCodes: those are of the domain, whose codes are short.
 */

import type { Enumeration } from './entity-type.ts'

export const webhookEnumerations = {
  WebhookOrigin: {
    fr: 'Façon dont une destination a été créée',
    en: 'How an endpoint was made',
    maxLength: 10,
    members: [
      { code: 'SUBSCRIBE', fr: 'Par POST /api/subscribe', en: 'By POST /api/subscribe' },
      { code: 'ENDPOINT', fr: 'Par POST /api/WebhookEndpoints', en: 'By POST /api/WebhookEndpoints' },
    ],
  },
  WebhookEndpointState: {
    fr: "État d'une destination",
    en: 'State of an endpoint',
    maxLength: 10,
    members: [
      { code: 'ACTIVE', fr: 'Active', en: 'Active' },
      { code: 'PAUSED', fr: "En pause : les événements s'accumulent", en: 'Paused: events are queued' },
      { code: 'DISABLED', fr: "Désactivée après 5 jours d'échecs : les événements s'accumulent", en: 'Disabled after 5 days of failures: events are queued' },
      { code: 'ENDED', fr: 'Terminée', en: 'Ended' },
    ],
  },
  WebhookEndpointStateReason: {
    fr: "Raison de l'état d'une destination",
    en: 'Reason of the state of an endpoint',
    maxLength: 20,
    members: [
      { code: 'PERSON', fr: "Par Pause, d'une personne", en: 'By Pause, of a person' },
      { code: 'FAILING', fr: 'Aucune réussite depuis 5 jours', en: 'No success for 5 days' },
      { code: 'GONE', fr: 'Le destinataire a répondu 410', en: 'The receiver answered 410' },
      { code: 'UNSUBSCRIBED', fr: 'Désabonnée de sa dernière entité', en: 'Unsubscribed from its last entity' },
      { code: 'REPLACED', fr: 'Remplacée par une autre destination', en: 'Replaced by another destination' },
      { code: 'DELETED', fr: 'Supprimée', en: 'Deleted' },
    ],
  },
  WebhookDeliveryState: {
    fr: "État d'une livraison",
    en: 'State of a delivery',
    maxLength: 10,
    members: [
      { code: 'PENDING', fr: 'À envoyer', en: 'To be sent' },
      { code: 'WAITING', fr: 'Derrière un événement plus ancien de la même ligne', en: 'Behind an older event of the same row' },
      { code: 'DELIVERED', fr: 'Livrée', en: 'Delivered' },
      { code: 'FAILED', fr: 'Tous les essais ont échoué', en: 'All attempts failed' },
      { code: 'CANCELLED', fr: 'Annulée', en: 'Cancelled' },
    ],
  },
  WebhookDeliveryStateReason: {
    fr: "Raison de l'annulation d'une livraison",
    en: 'Reason of the cancellation of a delivery',
    maxLength: 20,
    members: [
      { code: 'UNSUBSCRIBED', fr: "L'entité n'est plus suivie", en: 'The entity is not followed any more' },
      { code: 'ENDED', fr: 'La destination est terminée', en: 'The endpoint has ended' },
      { code: 'ACCESS', fr: 'Le droit ou le module a été retiré', en: 'The right or the module was withdrawn' },
    ],
  },
  WebhookResult: {
    fr: "Résultat d'un essai",
    en: 'Result of an attempt',
    maxLength: 20,
    members: [
      { code: 'DELIVERED', fr: 'Réponse 2xx', en: '2xx answer' },
      { code: 'HTTP_ERROR', fr: 'Autre réponse', en: 'Another answer' },
      { code: 'GONE', fr: 'Réponse 410', en: '410 answer' },
      { code: 'TIMEOUT', fr: 'Délai dépassé', en: 'Out of time' },
      { code: 'CONNECT_FAILED', fr: 'Connexion impossible', en: 'No connection' },
      { code: 'DNS_FAILED', fr: 'Nom introuvable', en: 'Name not found' },
      { code: 'TLS_FAILED', fr: 'Connexion sécurisée impossible', en: 'No secure connection' },
      { code: 'ADDRESS_REFUSED', fr: 'Adresse interne ou réservée', en: 'Internal or reserved address' },
      { code: 'INVALID_RESPONSE', fr: "Réponse qui n'est pas du HTTP", en: 'Answer that is no HTTP' },
      { code: 'RESET', fr: 'Connexion coupée', en: 'Connection cut' },
    ],
  },
} as const satisfies Readonly<Record<string, Enumeration>>
