/** Municipalities, streets and names from which the recipe draws. Municipalities are real. */

export interface Municipality {
  readonly name: string
  readonly postalStart: string
  readonly areaCode: string
  /** In millionths of a degree. */
  readonly latitude: number
  readonly longitude: number
  readonly rentFactorPercent: number
}

type NonEmpty<T> = readonly [T, ...T[]]

function place(
  name: string,
  postalStart: string,
  areaCode: string,
  latitude: number,
  longitude: number,
  rentFactorPercent: number,
): Municipality {
  return { name, postalStart, areaCode, latitude, longitude, rentFactorPercent }
}

export const quebec = place('Québec', 'G1', '418', 46_813_900, -71_208_000, 105)
export const levis = place('Lévis', 'G6', '418', 46_738_200, -71_246_500, 100)

export const municipalities: NonEmpty<Municipality> = [
  quebec,
  levis,
  place('Montréal', 'H2', '514', 45_508_900, -73_561_700, 125),
  place('Laval', 'H7', '450', 45_606_600, -73_712_400, 115),
  place('Longueuil', 'J4', '450', 45_531_200, -73_518_100, 115),
  place('Gatineau', 'J8', '819', 45_476_500, -75_701_300, 120),
  place('Sherbrooke', 'J1', '819', 45_404_200, -71_892_900, 95),
  place('Trois-Rivières', 'G9', '819', 46_343_000, -72_543_000, 90),
  place('Saguenay', 'G7', '418', 48_428_000, -71_068_000, 88),
  place('Rimouski', 'G5', '418', 48_448_800, -68_523_600, 90),
  place('Drummondville', 'J2', '819', 45_883_300, -72_483_300, 92),
  place('Saint-Jean-sur-Richelieu', 'J3', '450', 45_307_000, -73_262_600, 98),
]

export const streets: NonEmpty<string> = [
  'Érables',
  'Peupliers',
  'Lilas',
  'Mélèzes',
  'Saules',
  'Ormes',
  'Cèdres',
  'Bouleaux',
  'Sapins',
  'Tilleuls',
  'Merisiers',
  'Noyers',
  'Frênes',
  'Aubépines',
  'Trembles',
  'Pruches',
]

export const lastNames: NonEmpty<string> = [
  'Tremblay',
  'Gagnon',
  'Roy',
  'Côté',
  'Bouchard',
  'Gauthier',
  'Morin',
  'Lavoie',
  'Fortin',
  'Gagné',
  'Ouellet',
  'Pelletier',
  'Bélanger',
  'Lévesque',
  'Bergeron',
  'Leblanc',
  'Paquette',
  'Girard',
  'Simard',
  'Boucher',
  'Caron',
  'Beaulieu',
  'Cloutier',
  'Dubé',
  'Poirier',
  'Nguyen',
  'Diallo',
  'Haddad',
  'Rossi',
  'Santos',
]

export const firstNames: NonEmpty<string> = [
  'Alice',
  'Emma',
  'Léa',
  'Florence',
  'Charlie',
  'Béatrice',
  'Rosalie',
  'Zoé',
  'Juliette',
  'Maya',
  'William',
  'Noah',
  'Liam',
  'Thomas',
  'Félix',
  'Émile',
  'Nathan',
  'Louis',
  'Arthur',
  'Samir',
]

/** Letters that a Canadian postal code may hold. */
export const postalLetters = 'ABCEGHJKLMNPRSTVWXYZ'

/** Letters without their accents. */
export function withoutAccents(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '')
}
