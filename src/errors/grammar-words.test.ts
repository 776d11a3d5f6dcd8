import { describe, expect, test } from 'vitest'
import { HapiError } from './hapi-error.ts'

describe('A syntax error says what it found and expected', () => {
  const incomplete = new HapiError('SYNTAX_ERROR', {
    option: '$filter',
    position: 8,
    found: '∅',
    expected: 'name, literal, (, @name',
  })

  test('in French', () => {
    expect(incomplete.messageIn('fr')).toBe(
      '$filter, caractère 8 : trouvé la fin du texte; attendu : un nom, une valeur, (, @nom.',
    )
  })

  test('in English', () => {
    expect(incomplete.messageIn('en')).toBe(
      '$filter, character 8: found the end of the text; expected: a name, a value, (, @name.',
    )
  })

  test('and repeats the text of the request as it is', () => {
    const wrong = new HapiError('SYNTAX_ERROR', {
      option: '$filter',
      position: 8,
      found: '“name”',
      expected: ')',
    })
    expect(wrong.messageIn('fr')).toBe(
      '$filter, caractère 8 : trouvé «\u00a0name\u00a0»; attendu : ).',
    )
    expect(wrong.messageIn('en')).toBe('$filter, character 8: found “name”; expected: ).')
  })

  test('and where, in the words of the language', () => {
    const wrong = new HapiError('SYNTAX_ERROR', {
      option: 'path',
      position: 5,
      found: '“path”',
      expected: 'name=, #name',
    })
    expect(wrong.messageIn('fr')).toBe(
      'chemin, caractère 5 : trouvé «\u00a0path\u00a0»; attendu : nom=, #nom.',
    )
    expect(wrong.messageIn('en')).toBe('path, character 5: found “path”; expected: name=, #name.')
  })
})

describe('A limit says what it counts', () => {
  test.each([
    ['$filter (nodes)', '$filter (éléments)'],
    ['path (depth)', 'chemin (niveaux)'],
    ['query (length)', 'options (caractères)'],
    ['in (…) (items)', 'in (…) (éléments)'],
    ['$filter (f(f(…)) depth)', '$filter (niveaux de f(f(…)))'],
    ['$filter (any/all depth)', '$filter (niveaux de any/all)'],
    ['$apply (concat, rollup)', '$apply (concat, rollup)'],
    ['$crossjoin', '$crossjoin'],
  ])('%s', (what, french) => {
    const error = new HapiError('LIMIT_EXCEEDED', { limit: 60, what })
    expect(error.messageIn('fr')).toContain(` limite de 60 ${french}; `)
    expect(error.messageIn('en')).toContain(` limit of 60 ${what}; `)
  })
})
