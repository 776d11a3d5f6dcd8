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
      '$filter, caractère 8 : trouvé la fin du texte; attendu : un nom, une valeur, (, @name.',
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
    expect(wrong.messageIn('fr')).toBe('$filter, caractère 8 : trouvé “name”; attendu : ).')
  })
})
