/** Categories of service calls (recipe §4), and what people call for in each. */

interface CallCategory {
  readonly id: number
  readonly code: string
  readonly fr: string
  readonly en: string
  readonly priority: 'U' | 'H' | 'N' | 'B'
  readonly responseHours: number
  readonly resolutionHours: number
  /** Title, description and resolution of the generated calls. */
  readonly call: readonly [title: string, description: string, resolution: string]
}

type Line = readonly [
  code: string,
  fr: string,
  en: string,
  priority: CallCategory['priority'],
  responseHours: number,
  resolutionHours: number,
  call: CallCategory['call'],
]

const lines: readonly Line[] = [
  [
    'ELEC',
    'Électricité',
    'Electricity',
    'N',
    24,
    120,
    ['Prise sans courant', 'Une prise du salon ne fonctionne plus.', 'Prise remplacée.'],
  ],
  [
    'PLOMB',
    'Plomberie',
    'Plumbing',
    'H',
    4,
    48,
    ['Robinet qui coule', 'Le robinet de la cuisine coule même fermé.', 'Robinet remplacé.'],
  ],
  [
    'CHAUF',
    'Chauffage',
    'Heating',
    'U',
    2,
    24,
    ['Logement sans chauffage', 'La plinthe de la chambre reste froide.', 'Thermostat remplacé.'],
  ],
  [
    'SERR',
    'Serrurerie',
    'Locks',
    'H',
    4,
    24,
    ['Serrure bloquée', "La clé tourne mal dans la porte d'entrée.", 'Barillet remplacé.'],
  ],
  [
    'INSECT',
    'Insectes et vermine',
    'Pests',
    'N',
    24,
    168,
    ['Fourmis', 'Des fourmis sont entrées par la fenêtre.', 'Traitement fait, fissure bouchée.'],
  ],
  [
    'APPAR',
    'Appareils',
    'Appliances',
    'N',
    24,
    120,
    ['Réfrigérateur bruyant', 'Le réfrigérateur vibre toute la nuit.', 'Ventilateur nettoyé.'],
  ],
  [
    'COMMUN',
    'Aires communes',
    'Common areas',
    'B',
    48,
    240,
    ['Lumière brûlée', "La lumière de l'escalier est brûlée.", 'Ampoule remplacée.'],
  ],
  [
    'URGENCE',
    'Urgence',
    'Emergency',
    'U',
    1,
    12,
    ["Dégât d'eau", "De l'eau coule du plafond.", 'Fuite arrêtée, plafond asséché.'],
  ],
]

class Categories {
  readonly all: readonly CallCategory[] = lines.map(
    ([code, fr, en, priority, responseHours, resolutionHours, call], index) => ({
      id: index + 1,
      code,
      fr,
      en,
      priority,
      responseHours,
      resolutionHours,
      call,
    }),
  )

  get(id: number): CallCategory {
    const category = this.all[id - 1]
    if (category === undefined) throw new RangeError(`There is no category ${id}`)
    return category
  }
}

export const callCategories = new Categories()
