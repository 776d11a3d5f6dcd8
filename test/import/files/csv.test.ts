import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusalsOf } from '../../../src/domain/import/refusal.ts'
import { HapiError } from '../../../src/errors/hapi-error.ts'
import { fileOf, folderOf, itemsAt, say, toldOf } from './sources.ts'

const UNITS = 'CompanyNo;DivisionNo;BuildingCode;UnitCode;NumberOfRooms'
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a file of cells', () => {
  test('by the properties, or by labels of either language, written as people write them', async () => {
    const expected = [
      'Tenants:2 T1 {"CompanyNo":3,"DivisionNo":2,"LastName":"Roy","FirstName":"Émilie"}',
    ]
    for (const header of [
      'Id;CompanyNo;DivisionNo;LastName;FirstName',
      'identifiant;N° de compagnie;NUMERO DE  DIVISION;Nom;Prénom',
      'ID;Company number;Division number;Last name;First name',
    ])
      expect(await toldOf({ 'Locataires.csv': `${header}\nT1;3;2;Roy;Émilie\n` })).toEqual(expected)
  })

  test.each([
    ['semicolons', ';', ''],
    ['commas', ',', ''],
    ['tabs', '\t', ''],
    ["semicolons, by Excel's word", ';', 'sep=;\r\n'],
    ["commas, by Excel's word in quotes", ',', '"sep=,"\n'],
  ])('between cells stand %s', async (_, delimiter, before) => {
    const rows = ['NameFr;NameEn;ServiceCode', 'Chauffe-eau;"a;b,c\td ""e""";ZE']
    const text = before + rows.join('\n').replaceAll(/;(?![b])/g, delimiter)
    const line = before === '' ? 2 : 3
    expect(await toldOf({ 'services.csv': text })).toEqual([
      `Services:${line} {"NameFr":"Chauffe-eau","NameEn":"a;b,c\\td \\"e\\"","ServiceCode":"ZE"}`,
    ])
  })

  test.each([
    ['UTF-8', Buffer.from('Nom;Ville\nÉlan;Lévis\n')],
    ['UTF-8 with its mark', Buffer.from('\ufeffNom;Ville\nÉlan;Lévis\n')],
    ['UTF-16', Buffer.from('\ufeffNom;Ville\nÉlan;Lévis\n', 'utf16le')],
    ['Windows-1252', latin1('Nom;Ville\r\nÉlan;Lévis\r\n')],
  ])('in %s', async (_, bytes) => {
    expect(await toldOf({ 'Fournisseurs.csv': bytes }, { isPartial: true })).toEqual([
      'Suppliers:2 {"Name":"Élan","City":"Lévis"}',
    ])
  })

  test('lines are those of the file, whatever ends them and stands in cells', async () => {
    const text = '"NameFr",NameEn,ServiceCode\r\n\r\n"a\r\nb",c,A\r\n,,\r\n"d",e,B\r\n'
    expect(await toldOf({ 'Services.csv': text })).toEqual([
      'Services:3 {"NameFr":"a\\r\\nb","NameEn":"c","ServiceCode":"A"}',
      'Services:6 {"NameFr":"d","NameEn":"e","ServiceCode":"B"}',
    ])
  })

  test('headers too may have several lines, as spreadsheets show them in narrow columns', async () => {
    const text = '"Nom\r\n(anglais)";"Nom (français)";"Code"\r\na;b;A\r\n'
    for (const before of ['', 'sep=;\r\n'])
      expect(await toldOf({ 'Services.csv': before + text })).toEqual([
        `Services:${before === '' ? 3 : 4} {"NameEn":"a","NameFr":"b","ServiceCode":"A"}`,
      ])
  })

  test('numbers, dates, booleans and codes as they are written in Québec', async () => {
    const header =
      "No de compagnie;No division;Code d’immeuble;Code d'unité;Type de locataire;Numéro de locataire;Date de début;Date de fin;Loyer mensuel;Renouvelable"
    const row = '3;2;900DEMO;102;d;2,00;01/07/2026 ; 2027-06-30 00:00:00;1 234,50 $;Oui'
    const text = `${header}\n${row}\n`
    expect(await toldOf({ 'Baux.csv': text }, { dateOrder: 'day-month-year' })).toEqual([
      'Leases:2 {"CompanyNo":3,"DivisionNo":2,"BuildingCode":"900DEMO","UnitCode":"102","TenantType":"D","TenantNo":2,"StartDate":"2026-07-01","EndDate":"2027-06-30","RentAmount":1234.5,"IsRenewable":true}',
    ])
  })

  test('an empty cell is null, "" an empty text, and what has a default is not said', async () => {
    const header = 'CompanyNo;LastName;OwnerCode;Email;City;Country'
    const text = `${header}\n3;Roy;A;;"";CA\n3;"";B;x@y.ca;;\n`
    expect(await toldOf({ 'Owners.csv': text })).toEqual([
      'Owners:2 {"CompanyNo":3,"LastName":"Roy","OwnerCode":"A","Email":null,"City":"","Country":"CA"}',
      'Owners:3 {"CompanyNo":3,"LastName":"","OwnerCode":"B","Email":"x@y.ca","City":null,"Country":null}',
    ])
    const quoted = text.replace(
      header,
      '"CompanyNo";"LastName";"OwnerCode";"Email";"City";"Country"',
    )
    expect((await toldOf({ 'Owners.csv': quoted }))[0]).toContain('"City":null')
  })

  test('one form of a reference is enough, though the other has columns', async () => {
    const text =
      'UnitId;BuildingCode;UnitCode;CompanyNo;StartDate\n7;;;;2026-07-01\n;A;;3;2026-07-01\n'
    expect(await toldOf({ 'UnavailableUnits.csv': text }, { isPartial: true })).toEqual([
      'UnavailableUnits:2 {"UnitId":7,"StartDate":"2026-07-01"}',
      'UnavailableUnits:3 {"BuildingCode":"A","UnitCode":"","CompanyNo":3,"StartDate":"2026-07-01"}',
    ])
  })

  test('a fault of a row lets the others be', async () => {
    const text = `${UNITS}\n3;2;A;1;4,5\n3;2;A;2\n3;2;A;3;4,5;\n3;2;A;4;4,5;x\n`
    expect(await toldOf({ 'Unités.csv': text })).toEqual([
      'Units:2 {"CompanyNo":3,"DivisionNo":2,"BuildingCode":"A","UnitCode":"1","NumberOfRooms":4.5}',
      'Unités.csv:3 IMPORT_FORM',
      'Units:4 {"CompanyNo":3,"DivisionNo":2,"BuildingCode":"A","UnitCode":"3","NumberOfRooms":4.5}',
      'Unités.csv:5 IMPORT_FORM',
    ])
  })

  test('rows that are called the same: the second is refused', async () => {
    const text = 'Id;NameFr;NameEn;ServiceCode\n7;a;b;A\n7;a;b;B\nx;a;b;C\nx;a;b;D\n'
    expect(
      (await toldOf({ 'Services.csv': text })).filter((told) => told.includes('DUPL')),
    ).toEqual(['Services.csv:3 [Id] DUPLICATE_KEY "7"', 'Services.csv:5 [Id] DUPLICATE_KEY "x"'])
  })
})

describe('a file of cells that is broken is told by its place, and nothing of the source is imported', () => {
  const services = 'NameFr;NameEn;ServiceCode'

  test.each([
    ['an empty file', '', 'Services.csv:1 IMPORT_FORM (source)'],
    ['a blank file', '\n\n', 'Services.csv:1 IMPORT_FORM (source)'],
    ['nothing but the mark', '\ufeff', 'Services.csv:1 IMPORT_FORM (source)'],
    [
      'no header that is known',
      'Nom,Titre;Sorte\n',
      'Services.csv:1 IMPORT_FORM "Nom,Titre;Sorte" (source)',
    ],
    ['no header', '1;2;3\n', 'Services.csv:1 IMPORT_FORM (source)'],
    [
      'no header, and a value that is called like one',
      'Actif;2026-07-01;12\n',
      'Services.csv:1 IMPORT_FORM (source)',
    ],
    [
      'a header that may be a value',
      `${services};815-30000-1234567\n`,
      'Services.csv:1 [•••] UNKNOWN_FIELD (source)',
    ],
    [
      'a value without header',
      `${services};\na;b;c;1234567\n`,
      'Services.csv:2 IMPORT_FORM "•••" (source)',
    ],
    [
      'another delimiter',
      'NameFr|NameEn|ServiceCode\na|b|c\n',
      'Services.csv:1 IMPORT_FORM "NameFr|NameEn|ServiceCode" (source)',
    ],
    [
      'another delimiter, by its own word',
      `sep=|\n${services}`,
      'Services.csv:1 IMPORT_FORM (source)',
    ],
    [
      'an unknown header',
      'NameFr;NameEn;ServiceCodes;Truc\n',
      'Services.csv:1 [ServiceCodes] UNKNOWN_FIELD (source)',
      'Services.csv:1 [Truc] UNKNOWN_FIELD (source)',
    ],
    [
      'a header twice',
      'NameFr;NameEn;ServiceCode;Code\n',
      'Services.csv:1 [Code] IMPORT_HEADER (source)',
    ],
    [
      'a header of what the service keeps',
      `${services};ModifiedDate\n`,
      'Services.csv:1 [ModifiedDate] FIELD_READ_ONLY (source)',
    ],
    ['a column that is missing', 'NameFr;ServiceCode\n', 'Services.csv:1 REQUIRED_FIELD (source)'],
    [
      'a quote that does not close',
      `${services}\na;b;c\n"d;e;f\ng;h;i\n`,
      'Services.csv:3 IMPORT_FORM (source)',
    ],
    [
      'a quote in the middle',
      `${services}\na;b;c\n5" d;e;f\n`,
      'Services.csv:3 IMPORT_FORM (source)',
    ],
    ['text behind a quote', `${services}\n"a"b;b;c\n`, 'Services.csv:2 IMPORT_FORM (source)'],
    ['a cell without header', `${services};\na;b;c;d\n`, 'Services.csv:2 IMPORT_FORM "d" (source)'],
    ['NUL', `${services}\na;b\0;c\n`, 'Services.csv:2 IMPORT_ENCODING (source)'],
    [
      'a mark in the middle',
      `${services}\n\ufeffa;b;c\n`,
      'Services.csv:2 IMPORT_ENCODING (source)',
    ],
    [
      'cells that a spreadsheet would run',
      `${services}\n=1+1;@SUM(A1);c\na;+cmd|x;d\n`,
      'Services.csv:2 [NameFr] IMPORT_FORMULA "=1+1" (source)',
      'Services.csv:2 [NameEn] IMPORT_FORMULA "@SUM(A1)" (source)',
      'Services.csv:3 [NameEn] IMPORT_FORMULA "+cmd|x" (source)',
    ],
    [
      'a formula where a code is due',
      `${services};ServiceKind\na;b;c;=A1\n`,
      'Services.csv:2 [ServiceKind] IMPORT_FORMULA "=A1" (source)',
    ],
  ])('%s', async (_, text, ...told) => {
    const found = (await toldOf({ 'Services.csv': text })).filter((each) =>
      each.includes('(source)'),
    )
    expect(found).toEqual(told)
  })

  test('debits without a header are told without a digit of a bank account', async () => {
    const values = '3;2;D;1;815;30000;0012-345 678;Émilie Roy;2026-07-01'
    for (const [text, known] of [
      [values, ''],
      [`Actif;${values}`, ''],
      [`CompanyNo;DivisionNo;${values.slice(12)}`, ''],
      ['CompanyNo;TenantNo;TransitNo;InstitutionNo;0012345678', 'UNKNOWN_FIELD'],
    ] as const) {
      const file = { 'PreauthorizedDebits.csv': `${text}\n${values}\n` }
      const told = (await itemsAt(await folderOf(file))).flatMap((item) =>
        item.kind === 'fault' ? refusalsOf(item, item.error) : [],
      )
      expect(JSON.stringify(told)).not.toMatch(/345|30000|Roy/)
      expect(JSON.stringify(told)).toContain(known === '' ? 'il manque celle des en-têtes' : known)
    }
  })

  test('two encodings in one file', async () => {
    const bytes = Buffer.concat([Buffer.from(`${services}\nété;b;c\n`), latin1('été;b;d\n')])
    expect(await toldOf({ 'Services.csv': bytes })).toEqual([
      'Services.csv:3 IMPORT_ENCODING (source)',
    ])
  })

  test('a line of any length is read no further than a row may be long', async () => {
    const long = (filling: string, times: number): Buffer =>
      Buffer.concat([Buffer.from(`${services}\n`), Buffer.alloc(times, filling)])
    for (const bytes of [
      long('a', 3_000_000),
      long(';', 3_000_000),
      long(`"${';'.repeat(99)}\n"`, 9_000_000),
    ])
      expect((await toldOf({ 'Services.csv': bytes })).at(-1)).toMatch(
        /^Services.csv:\d+ IMPORT_FORM \(source\)$/,
      )
  })

  test('what can be read in two ways names both', async () => {
    const [item] = await itemsAt(await fileOf('TaxRates.csv', 'StartDate;Rate\n03/07/2026;5\n'), {
      isPartial: true,
    })
    expect(item && say(item)).toBe('TaxRates.csv:2 [StartDate] IMPORT_VALUE_UNCLEAR "03/07/2026"')
    expect(item?.kind === 'fault' ? item.error.messageIn('fr') : '').toContain(
      '2026-07-03 ou 2026-03-07',
    )
  })

  test('it is the row that is refused, once, with all that is unclear in it', async () => {
    const rows = ['1;2;F;03/07/2026;04/07/2027;1,234', '1;2;F;2026-07-03;2027-07-04;1234']
    const text = `UnitId;TenantId;LeaseType;StartDate;EndDate;RentAmount\n${rows.join('\n')}\n`
    const [unclear, clear] = await itemsAt(await fileOf('Leases.csv', text), { isPartial: true })
    if (unclear?.kind !== 'fault') throw new Error('It was not refused')
    expect(refusalsOf(unclear, unclear.error)).toEqual(
      [
        ['StartDate', '03/07/2026'],
        ['EndDate', '04/07/2027'],
        ['RentAmount', '1,234'],
      ].map(([column, value]) =>
        expect.objectContaining({ line: 2, column, value, code: 'IMPORT_VALUE_UNCLEAR' }),
      ),
    )
    expect([unclear.isOfSource, clear?.kind]).toEqual([undefined, 'record'])
  })

  test('a refusal repeats what the file writes, not what was read of it', async () => {
    const text = 'UnitId;StartDate;RentAmount\n1;31/02/2026;1 234,567 $\n'
    const [row] = await itemsAt(await fileOf('Leases.csv', text), { isPartial: true })
    if (row?.kind !== 'record') throw new Error('It was not read')
    expect(row.input.get('StartDate')).toBe('2026-02-31')
    for (const [field, value] of [
      ['StartDate', '31/02/2026'],
      ['RentAmount', '1 234,567 $'],
    ] as const) {
      const error = new HapiError('INVALID_FORMAT', { field }, { target: field })
      expect(refusalsOf(row, error)).toMatchObject([{ column: field, value }])
    }
  })

  test('two labels that are the same: both properties are named', async () => {
    const [item] = await itemsAt(await fileOf('LeaseRenewals.csv', 'LeaseId;Augmentation\n'))
    expect(item?.kind === 'fault' ? item.error.messageIn('fr') : '').toBe(
      "L'en-tête « Augmentation » est refusé : écrivez IncreaseAmount, IncreasePercent, selon le cas.",
    )
  })
})

describe('what is written as RFC 4180 says comes back as it was, on its line', () => {
  const quote = (cell: string): string =>
    /[";,\t\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell
  // A guarded formula has a test of its own, and a byte order mark or NUL is in no file.
  const cell = fc
    .string({
      unit: fc.constantFrom('a', 'É', '€', '"', ';', ',', '\t', '\n', '\r', ' ', '𝒜', "'"),
    })
    .filter((text) => !/^'*[\t\r]/.test(text))
  const encodings = {
    utf8: (text: string) => Buffer.from(text),
    utf16: (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  }

  test('random cells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(';', ',', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.constantFrom<keyof typeof encodings>('utf8', 'utf16'),
        async (rows, delimiter, end, encoding) => {
          const lines = rows.map((row, index) => [`S${index}`, ...row.map(quote)].join(delimiter))
          const header = ['ServiceCode', 'NameFr', 'NameEn'].join(delimiter)
          const text = [header, ...lines, ''].join(end)
          const items = await itemsAt(await fileOf('Services.csv', encodings[encoding](text)))
          expect(
            items.map((item) =>
              item.kind === 'record'
                ? [item.line, item.input.get('NameFr'), item.input.get('NameEn')]
                : item.error.messageIn('en'),
            ),
          ).toEqual(
            rows.map((row, index) => [
              [header, ...lines.slice(0, index), ''].join(end).split(/\r\n|\n|\r/).length,
              ...row,
            ]),
          )
        },
      ),
      { numRuns: 60 },
    )
  })
})
