import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { getEnumeration } from '../../model/get-enumeration.ts'
import { documentTerms, isDocumentTypeCode } from './terms.ts'

const page = readFileSync('docs/how-to/store-documents.md', 'utf8').split('\n')

describe('How long documents are kept', () => {
  test.each(getEnumeration('DocumentType').members.map(({ code }) => code))(
    'the page says of %s what is declared, in both languages',
    (code) => {
      const rows = page.filter((line) => line.startsWith('|') && line.includes(`\`${code}\``))
      expect(rows).toHaveLength(2)
      const declared = isDocumentTypeCode(code) ? documentTerms[code] : undefined
      const shown = rows.map((row) => /^\|[^|]*\| (\d*)(.*?) \|/.exec(row)?.slice(1))
      if (declared === null)
        expect(shown).toEqual([
          ['', "n'échoit pas"],
          ['', 'does not fall due'],
        ])
      else {
        const { years, isFromYearEnd } = declared?.term ?? {}
        expect(shown).toEqual([
          [String(years), isFromYearEnd === true ? ", dès la fin de l'année" : ''],
          [String(years), isFromYearEnd === true ? ', from the end of the year' : ''],
        ])
      }
    },
  )
})
