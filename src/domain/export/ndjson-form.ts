/** Rows as the API answers them, one JSON object on each line. */

import type { Property } from '../../model/entity-type.ts'
import { type ExportForm, instantText } from './export-form.ts'

export const ndjsonForm: ExportForm = {
  extension: 'ndjson',
  head: () => '',
  lineOf: (columns) => {
    const writers = columns.map(memberWriter)
    return (values) => {
      const members = writers.map((write, index) => write(values[index] ?? null))
      return `{${members.filter((member) => member !== '').join(',')}}\n`
    }
  },
}

/** Nothing for a null that would be there anyway: where the row has a default it has to be said. */
function memberWriter(property: Property): (value: string | null) => string {
  const name = `${JSON.stringify(property.name)}:`
  const write = valueWriter(property)
  const none = property.default === undefined ? '' : `${name}null`
  return (value) => (value === null ? none : name + write(value))
}

function valueWriter({ type }: Property): (value: string) => string {
  switch (type) {
    case 'Edm.Date':
    case 'Edm.String':
      return (value) => JSON.stringify(value)
    case 'Edm.DateTimeOffset':
      return (value) => `"${instantText(value)}"`
    // Digits stay as they are: no JavaScript number comes between.
    case 'Edm.Boolean':
    case 'Edm.Decimal':
    case 'Edm.Int32':
    case 'Edm.Int64':
      return (value) => value
  }
}
