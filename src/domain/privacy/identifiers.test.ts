import { describe, expect, test } from 'vitest'
import { identifiersOf } from './identifiers.ts'

const emilie = identifiersOf({
  texts: [
    'Émilie Bœuf-Roy',
    'Bœuf-Roy, Émilie',
    'emilie.roy@example.com',
    'POL 12.345',
    '98 rue Nulle-Part',
    '99, rue du Lac',
  ],
  names: ['Charpentier'],
  phones: ['418-555-0101', '12'],
})

const foreign = identifiersOf({ texts: ['Łukasz Ðorotheŷ-Groß'], names: [], phones: [] })

describe('R-121: what a person is known by', () => {
  test.each([
    'EMILIE BOEUF-ROY',
    'voir émilie bœuf-roy.',
    'Bœuf-Roy,  Emilie',
    'E\u0301milie Bœuf-Roy',
    'Émilie Bœuf Roy',
    'emilie\nboeuf‑roy',
    'Mme CHARPENTIER',
    'chez Charpentier.',
    'écrire à EMILIE.ROY@example.com',
    'police pol 12.345!',
    'au 98, rue Nulle Part',
    'au 99 rue du Lac',
    '4185550101',
    '(418) 555-0101',
    '+1 418.555.0101',
    '1-418-555 0101',
  ])('is found in « %s »', (text) => {
    expect(emilie.isIn(text)).toBe(true)
    expect(emilie.isIn(emilie.replaceIn(text, '[…]'))).toBe(false)
  })

  test.each([
    'Émilie Bœuf-Royer',
    'appeler le charpentier',
    'E\u0301te\u0301',
    'Émilie',
    'POL 12x345',
    'POL 12.3456',
    '418-555-01012',
    '94185550101',
    '12',
    '',
  ])('is not found in « %s »', (text) => {
    expect(emilie.isIn(text)).toBe(false)
    expect(emilie.replaceIn(text, '[…]')).toBe(text)
  })

  test('letters of other languages are those that people write for them', () => {
    for (const text of ['Łukasz Ðorotheŷ-Groß', 'Lukasz Dorothey Gross', 'LUKASZ DOROTHEY-GROSS'])
      expect(foreign.replaceIn(`chez ${text}, 2e`, '[…]')).toBe('chez […], 2e')
  })

  test('is replaced where it stands, and nothing else', () => {
    expect(emilie.replaceIn('Fuite; EMILIE BOEUF-ROY (418) 555-0101, 2e étage', '[…]')).toBe(
      'Fuite; […] […], 2e étage',
    )
  })

  test('of somebody about whom nothing is known, nothing is found', () => {
    const nobody = identifiersOf({ texts: ['', 'Li', '- - - -'], names: [], phones: [] })
    expect(nobody.isIn('Li')).toBe(false)
    expect(nobody.replaceIn('x', '[…]')).toBe('x')
  })
})
