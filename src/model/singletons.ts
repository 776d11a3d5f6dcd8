/** Entities that stand alone, each under a name of its own. */

import type { ComplexProperty, Label } from './entity-type.ts'

interface Singleton extends Label {
  /** Its address under `/api`. */
  readonly name: string
  readonly type: Label & {
    readonly name: string
    readonly key: readonly string[]
    readonly properties: readonly ComplexProperty[]
  }
}

/** Who is asking, and what it may do. */
export const me = {
  name: 'Me',
  fr: 'Moi',
  en: 'Me',
  type: {
    name: 'Caller',
    fr: "L'utilisateur du jeton, son compte, ses modules et ses droits",
    en: 'The user of the token, its account, modules and rights',
    key: ['UserName'],
    properties: [
      { name: 'UserName', type: 'Edm.String', nullable: false, fr: "Nom d'utilisateur", en: 'User name' },
      { name: 'Profile', type: 'Edm.String', nullable: false, fr: 'Profil : integrator ou administrator', en: 'Profile: integrator or administrator' },
      { name: 'Language', type: 'Edm.String', nullable: false, fr: 'Langue des messages de cette requête : fr ou en', en: 'Language of the messages of this request: fr or en' },
      { name: 'DatabaseName', type: 'Edm.String', nullable: false, fr: 'Compte', en: 'Account' },
      { name: 'PinnedAt', type: 'Edm.DateTimeOffset', nullable: true, fr: "Instant où l'horloge du compte est arrêtée (bac à sable); null : l'heure réelle", en: "Instant at which the account's clock stands (sandbox); null: the real time" },
      { name: 'Modules', type: 'Collection(Edm.String)', nullable: false, fr: 'Modules activés', en: 'Enabled modules' },
      { name: 'Rights', type: 'Collection(SetRights)', nullable: false, fr: 'Droits par ensemble', en: 'Rights by entity set' },
    ],
  },
} as const satisfies Singleton

export const singletons: readonly Singleton[] = [me]
