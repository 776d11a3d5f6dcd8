import { randomBytes } from 'node:crypto'
import { mkdir, rename, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findFileType } from '../../../src/domain/import/files/file-types.ts'
import {
  importableTypes,
  selfReferenceOf,
} from '../../../src/domain/import/files/importable-types.ts'
import {
  type ImportSourceOptions,
  openImportSource,
} from '../../../src/domain/import/files/open-source.ts'
import { isOwnReference } from '../../../src/model/entity-type.ts'
import { model } from '../../../src/model/model.ts'
import { isOffered, isWritable } from '../../../src/model/offered.ts'
import { type Contents, fileOf, folderOf, itemsAt, say, toldOf } from './sources.ts'
import { type ZipEntry, zipBytes } from './zip-bytes.ts'

const SERVICES = 'ServiceCode;NameFr;NameEn\nA;a;b\n'
const SERVICE = 'Services:2 {"ServiceCode":"A","NameFr":"a","NameEn":"b"}'

async function zipTold(
  entries: readonly ZipEntry[],
  options?: ImportSourceOptions,
): Promise<readonly string[]> {
  return (await itemsAt(await fileOf('portefeuille.zip', zipBytes(entries)), options)).map(say)
}

describe('types of a source', () => {
  test('come behind those that they refer to', () => {
    const places = new Map(importableTypes.map(({ name }, index) => [name, index]))
    for (const type of importableTypes)
      for (const { from, target } of type.navigation.filter(isOwnReference)) {
        const property = type.properties.find(({ name }) => name === from)
        if (property === undefined || !isWritable(property) || target === type.name) continue
        expect(places.get(target) ?? -1).toBeLessThan(places.get(type.name) ?? -1)
      }
  })

  test('are those that an administrator may enter, but for secrets', () => {
    const others = model.entityTypes
      .filter((type) => isOffered(type, 'create', 'administrator'))
      .filter((type) => !importableTypes.includes(type))
    expect(others.map(({ set }) => set)).toEqual(['WebhookEndpoints'])
  })

  test('are known by the set, the entity, and its names in both languages, one or many', () => {
    for (const type of model.entityTypes.filter(({ storage }) => storage !== 'view'))
      for (const name of [type.set, type.name, type.fr, type.en, type.set.toLowerCase()])
        expect([name, findFileType(`dossier/${name}.csv`)?.name]).toEqual([name, type.name])
    for (const [name, set] of [
      ['Baux', 'Leases'],
      ['1 - Clés', 'AccessKeys'],
      ['caracteristiques_unites', 'UnitCharacteristics'],
      ['Appels de service 2026', 'ServiceCalls'],
    ])
      expect(findFileType(`${name}.csv`)?.set).toBe(set)
  })

  test('four of them refer to themselves', () => {
    const own = importableTypes.flatMap((type) => selfReferenceOf(type) ?? [])
    expect(own.toSorted()).toEqual([
      'AssignedFromLeaseId',
      'InReplyToId',
      'ParentAccountId',
      'ParentId',
    ])
  })
})

describe('a folder', () => {
  test('is read in the order of its types, whatever its files are called', async () => {
    const told = await toldOf({
      'Baux.csv': 'UnitId;TenantId;LeaseType;StartDate;RentAmount\n1;2;F;2026-07-01;900\n',
      'A-Locataires 2026.CSV': 'CompanyNo;DivisionNo;LastName\n3;2;Roy\n',
      'unites.ndjson': '{"BuildingId":1,"UnitCode":"1"}\n',
      'Services.csv': SERVICES,
      '.DS_Store': 'x',
      'Thumbs.db': 'x',
    })
    expect(told.map((each) => each.split(':')[0])).toEqual([
      'Services',
      'Units',
      'Tenants',
      'Leases',
    ])
  })

  test.each<[string, Contents, ...string[]]>([
    [
      'an unknown name',
      { 'Services.csv': SERVICES, 'Servises.csv': SERVICES, 'Xyzzyx.csv': SERVICES },
      'Servises.csv:1 IMPORT_FILE_REFUSED (source)',
      'Xyzzyx.csv:1 IMPORT_FILE_REFUSED (source)',
      SERVICE,
    ],
    [
      'a workbook',
      { 'Services.xlsx': zipBytes([{ name: 'xl/workbook.xml', content: 'x' }]) },
      'Services.xlsx:1 IMPORT_FILE_REFUSED (source)',
    ],
    [
      'a workbook that is called otherwise',
      { 'Services.csv': zipBytes([{ name: 'xl/workbook.xml', content: 'x' }]) },
      'Services.csv:1 IMPORT_FORM (source)',
    ],
    [
      'a set that cannot be imported',
      { 'BankAccounts.csv': 'Name\n' },
      'BankAccounts.csv:1 IMPORT_FILE_REFUSED (source)',
    ],
    [
      'two files of one set',
      { 'Locataires.csv': 'LastName\n', 'Tenants.ndjson': '{}\n' },
      'Tenants.ndjson:1 IMPORT_FILE_REPEATED (source)',
    ],
    ['a folder in it', { 'a/Services.csv': SERVICES }, 'a:1 IMPORT_FILE_REFUSED (source)'],
  ])('with %s', async (_, contents, ...told) => {
    expect(await toldOf(contents, { isPartial: true })).toEqual(expect.arrayContaining(told))
  })

  test('of more files than there are sets is none', async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => [`${index}.csv`, ''])
    const folder = await folderOf(Object.fromEntries(many))
    await expect(openImportSource(folder)).rejects.toMatchObject({ code: 'IMPORT_FILE_REFUSED' })
  })

  test('leads nowhere else', async () => {
    const folder = await folderOf({ 'Services.csv': SERVICES })
    const other = join(folder, 'other')
    await mkdir(other)
    await symlink(join(folder, 'Services.csv'), join(other, 'Services.csv'))
    expect((await itemsAt(other)).map(say)).toEqual(['Services.csv:1 IMPORT_FILE_REFUSED (source)'])
  })

  test('that is empty, or is not there, is none', async () => {
    const folder = await folderOf({ '.gitkeep': '' })
    for (const path of [folder, join(folder, 'nowhere')])
      await expect(openImportSource(path)).rejects.toMatchObject({ code: 'IMPORT_FILE_REFUSED' })
  })

  test('has the digest of its files', async () => {
    const digest = async (contents: Contents): Promise<string> =>
      (await openImportSource(await folderOf(contents))).digest
    const first = await digest({ 'Services.csv': SERVICES })
    expect(await digest({ 'Services.csv': SERVICES })).toBe(first)
    expect(await digest({ 'Services.csv': `${SERVICES}B;b;c\n` })).not.toBe(first)
    expect(await digest({ 'Service.csv': SERVICES })).not.toBe(first)
  })
})

describe('contents of documents', () => {
  const documents = (...rows: readonly string[]): string =>
    ['Titre;Contenu', ...rows, ''].join('\n')

  const facts = (file: string, type: string): string =>
    `"FileName":"${file}","ContentType":"${type}"`

  test('lie below a folder of theirs, are named as it is seen, and tell their name and type', async () => {
    const contents = {
      'Documents.csv': documents('a;été/bail.pdf', 'b;Photos\\1.JPG', 'c;Contenus/note.txt', 'd;'),
      // As a Mac writes é.
      'Contenus/e\u0301te\u0301/bail.pdf': '%PDF-',
      'Contenus/Photos/1.JPG': 'x',
      'Contenus/note.txt': 'x',
      'Contenus/.DS_Store': 'x',
    }
    const told = [
      `Documents:2 {"Title":"a","Content":"été/bail.pdf",${facts('bail.pdf', 'application/pdf')}}`,
      `Documents:3 {"Title":"b","Content":"Photos\\\\1.JPG",${facts('1.JPG', 'image/jpeg')}}`,
      `Documents:4 {"Title":"c","Content":"Contenus/note.txt",${facts('note.txt', 'text/plain')}}`,
      'Documents:5 {"Title":"d","Content":null}',
    ]
    expect(await toldOf(contents, { isPartial: true })).toEqual(told)
    const entries = Object.entries(contents).map(([name, content]) => ({
      name: `portefeuille/${name}`,
      content,
    }))
    const path = await fileOf('portefeuille.zip', zipBytes(entries))
    expect((await itemsAt(path, { isPartial: true })).map(say)).toEqual(told)
  })

  test('make columns needless that a file tells', async () => {
    const header = 'CompanyNo;DivisionNo;DocumentType;Title;DocumentDate'
    expect(await toldOf({ 'Documents.csv': `${header};Contenu\n` })).toEqual([])
    expect(await toldOf({ 'Documents.csv': `${header}\n` })).toHaveLength(2)
  })

  test('are named by lines of JSON as well', async () => {
    const lines = ['{"Title":"a","Content":"a.txt"}', '{"Title":"b","Content":{}}']
    expect(await toldOf({ 'Documents.ndjson': lines.join('\n'), 'Contents/a.txt': 'x' })).toEqual([
      `Documents:1 {"Title":"a","Content":"a.txt",${facts('a.txt', 'text/plain')}}`,
      'Documents.ndjson:2 [Content] IMPORT_CONTENT',
    ])
  })

  test.each([
    '../Documents.csv',
    'a/../../x.pdf',
    '/etc/passwd',
    'C:\\Scans\\x.pdf',
    'Documents.csv',
    'x.pdf/',
    'folder',
    '..',
  ])('lead nowhere else: %s', async (name) => {
    const contents = { 'Documents.csv': documents(`a;${name}`), 'Contenus/folder/x.pdf': 'x' }
    expect(await toldOf(contents, { isPartial: true })).toEqual([
      `Documents.csv:2 [Contenu] IMPORT_CONTENT ${JSON.stringify(name)}`,
    ])
  })

  test('are one row’s each: a second one is refused, and a file that none names lets nothing be imported', async () => {
    const contents = { 'Contenus/a.txt': 'x', 'Contenus/b.txt': 'x' }
    const rows = { 'Documents.csv': documents('a;a.txt', 'b;b.txt') }
    expect(await toldOf({ ...contents, ...rows }, { isPartial: true })).toHaveLength(2)
    const twice = { 'Documents.csv': documents('a;a.txt', 'b;b.txt', 'c;a.txt') }
    const told = await toldOf({ ...contents, ...twice }, { isPartial: true })
    expect(told[2]).toBe('Documents.csv:4 [Contenu] IMPORT_CONTENT "a.txt"')
    const one = { 'Documents.csv': documents('a;a.txt') }
    expect((await toldOf({ ...contents, ...one }, { isPartial: true })).slice(1)).toEqual([
      'Contenus/b.txt:1 IMPORT_FILE_REFUSED (source)',
    ])
    expect(await toldOf({ ...contents, 'Services.csv': SERVICES })).toHaveLength(3)
  })

  test('are no links; two folders may not have one name twice', async () => {
    const folder = await folderOf({ 'Documents.csv': documents('a;a.txt'), 'Contenus/a.txt': 'x' })
    await symlink('/etc', join(folder, 'Contenus/etc'))
    await symlink('/etc/passwd', join(folder, 'Contenus/b.txt'))
    const faults = async (): Promise<readonly string[]> =>
      (await itemsAt(folder, { isPartial: true }))
        .map(say)
        .filter((said) => said.endsWith('(source)'))
    expect(await faults()).toEqual([
      'Contenus/b.txt:1 IMPORT_FILE_REFUSED (source)',
      'Contenus/etc:1 IMPORT_FILE_REFUSED (source)',
    ])
    const both = { 'Contenus/a.txt': 'x', 'Contents/a.txt': 'x' }
    const told = await toldOf(
      { 'Documents.csv': documents('a;a.txt'), ...both },
      { isPartial: true },
    )
    expect(told[0]).toBe('Contenus/a.txt:1 IMPORT_FILE_REFUSED (source)')
  })

  test('of an archive do not unfold to many times its size', async () => {
    const many = Array.from({ length: 6 }, (_, index) => ({
      name: `Contenus/${index}.txt`,
      content: randomBytes(20)
        .toString('hex')
        .repeat(5_000)
        .replaceAll('a', () => 'bc'),
    }))
    const packed = await zipTold([{ name: 'Services.csv', content: SERVICES }, ...many])
    expect(packed).toEqual(['portefeuille.zip:1 IMPORT_ARCHIVE_REFUSED (source)'])
  })

  test('are of the source’s digest by their names and sizes', async () => {
    const digest = async (contents: Contents): Promise<string> => {
      const entries = Object.entries(contents).map(([name, content]) => ({ name, content }))
      return (await openImportSource(await fileOf('a.zip', zipBytes(entries)))).digest
    }
    const rows = { 'Documents.csv': documents('a;a.txt') }
    const first = await digest({ ...rows, 'Contents/a.txt': 'x' })
    expect(await digest({ ...rows, 'Contents/a.txt': 'x' })).toBe(first)
    expect(await digest({ ...rows, 'Contents/a.txt': 'y' })).not.toBe(first)
  })
})

describe('a file by itself', () => {
  test('calls its rows by names that can be kept', async () => {
    const id = 'x'.repeat(3_000)
    const told = (await itemsAt(await fileOf('Owners.ndjson', `{"Id":"${id}"}\n`))).map(say)
    expect(told).toEqual([`Owners.ndjson:1 [Id] MAX_LENGTH_EXCEEDED ${JSON.stringify(id)}`])
  })

  test('may be called by who sends it', async () => {
    const path = await fileOf('upload-17', SERVICES)
    expect((await itemsAt(path, { name: 'Services.csv' })).map(say)).toEqual([SERVICE])
    expect((await itemsAt(path)).map(say)).toEqual(['upload-17:1 IMPORT_FILE_REFUSED (source)'])
  })

  test('of JSON may hold rows of several sets, each of which says its own', async () => {
    const lines = [
      '{"@odata.type":"#Primmo.HApi.Service","Id":7,"ServiceCode":"A"}',
      '',
      '{"@type":"#Tenant","Id":"T1","UnitId":7,"LastName":"Roy","IsActive":true,"Email":null}',
      '{"@odata.type":"#Tennant"}',
      '{"LastName":"Roy"}',
    ]
    expect((await itemsAt(await fileOf('portfolio.ndjson', lines.join('\n')))).map(say)).toEqual([
      'Services:1 7 {"@odata.type":"#Primmo.HApi.Service","ServiceCode":"A"}',
      'Tenants:3 T1 {"@type":"#Tenant","UnitId":7,"LastName":"Roy","IsActive":true,"Email":null}',
      'portfolio.ndjson:4 [@odata.type] UNKNOWN_TYPE "#Tennant"',
      'portfolio.ndjson:5 [@odata.type] REQUIRED_FIELD',
    ])
  })

  test.each([
    ['no JSON', '{"ServiceCode":"A"}\n{"ServiceCode":\n'],
    ['an array', '[]\n'],
    ['a name twice', '{"ServiceCode":"A","ServiceCode":"B"}\n'],
    ['a line without end', `{"ServiceCode":"${'a'.repeat(3_000_000)}"}`],
    ['NUL', '{"ServiceCode":"A\0"}\n'],
  ])('of JSON is broken: %s', async (_, text) => {
    const told = (await itemsAt(await fileOf('Services.ndjson', text))).map(say)
    expect(told.at(-1)).toMatch(/^Services\.ndjson:\d IMPORT_(?:FORM|ENCODING) \(source\)$/)
  })

  test('that is broken in each line is read no further than somebody corrects it', async () => {
    const lines = 'x\n'.repeat(100_000)
    const told = (await itemsAt(await fileOf('Services.ndjson', lines))).map(say)
    expect([told.length, told.at(-1)]).toEqual([101, 'Services.ndjson:101 IMPORT_FORM (source)'])
  })

  test('says where its JSON is broken', async () => {
    const [item] = await itemsAt(await fileOf('Services.ndjson', '\n\n{"A" 1}\n'))
    expect(item?.kind === 'fault' ? item.error.messageIn('fr') : '').toContain(
      'ligne 3, caractère 6',
    )
  })

  test('repeats no digit of a line that is no JSON, which may have bank accounts', async () => {
    const lines = '815;20015;1010255\n{"AccountNo":0010255}\n'
    const items = await itemsAt(await fileOf('PreauthorizedDebits.ndjson', lines))
    const told = items.map((item) =>
      item.kind === 'fault' ? [item.error.messageIn('fr'), item.error.messageIn('en')].join() : '',
    )
    expect(told).toHaveLength(2)
    expect(told.join()).not.toMatch(/\d{3}/)
    expect(told[1]).toMatch(/ligne 2, caractère 15.*line 2, character 15/)
  })
})

describe('rows that refer to rows of their own set', () => {
  const order = async (rows: readonly string[]): Promise<string> => {
    const text = `Id;Code;NameFr;NameEn;ParentId\n${rows.map((row) => `${row}\n`).join('')}`
    const told = await toldOf({ 'ServiceCallCategories.csv': text }, { isPartial: true })
    return told.map((each) => each.split(' ')[1]).join(' ')
  }

  test('come behind those, and where they stand when that is enough', async () => {
    expect(await order(['1;A;a;b;', '2;B;a;b;1', '3;C;a;b;2', '4;D;a;b;'])).toBe('1 2 3 4')
    expect(await order(['3;C;a;b;2', '2;B;a;b;1', '5;E;a;b;3', '1;A;a;b;', '4;D;a;b;1'])).toBe(
      '1 4 2 3 5',
    )
  })

  test('all come, though some go round in a circle or name a row that is none of the source', async () => {
    expect(await order(['1;A;a;b;2', '2;B;a;b;1', '3;C;a;b;9', '4;D;a;b;1'])).toBe('3 1 2 4')
  })
})

describe('a source that changes once it was looked at is another one', () => {
  const changed = { code: 'IMPORT_SOURCE_CHANGED', values: { file: 'Services.csv' } }
  const many = SERVICES + 'B;b;c\n'.repeat(40_000)

  /** Opens it, reads its first row, lets it be changed, and reads the rest. */
  async function readAround(path: string, change: () => Promise<void>): Promise<unknown> {
    const source = await openImportSource(path)
    const items = source.items()[Symbol.asyncIterator]()
    await items.next()
    await change()
    try {
      for (let item = await items.next(); item.done !== true; ) item = await items.next()
    } catch (error) {
      return error
    }
    return undefined
  }

  test('by a row more, by bytes in its middle, by its end, by another in its place', async () => {
    const changes: readonly ((path: string) => Promise<void>)[] = [
      (path) => writeFile(path, 'C;b;c\n', { flag: 'a' }),
      (path) => writeFile(path, many.replace('B;b;c', 'X;b;c')),
      (path) => truncate(path, 100_000),
    ]
    for (const change of changes) {
      const path = await fileOf('Services.csv', many)
      expect(await readAround(path, () => change(path))).toMatchObject(changed)
    }
    const path = await fileOf('Services.csv', many)
    const source = await openImportSource(path)
    await writeFile(`${path}.new`, many)
    await rename(`${path}.new`, path)
    const items = source.items()[Symbol.asyncIterator]()
    await expect(items.next()).rejects.toMatchObject(changed)
  })

  test('an archive too', async () => {
    const zip = zipBytes([{ name: 'Services.csv', content: many }])
    const path = await fileOf('a.zip', zip)
    const told = await readAround(path, () => writeFile(path, zip))
    expect(told).toMatchObject({ ...changed, values: { file: 'a.zip' } })
  })

  test('one that stays is read to its end', async () => {
    const path = await fileOf('Services.csv', many)
    expect(await readAround(path, async () => {})).toBeUndefined()
  })
})

describe('an archive', () => {
  test('holds what a folder holds, also below folders', async () => {
    expect(
      await zipTold([
        { name: 'portefeuille/', content: '', stored: true },
        { name: 'portefeuille/Unités.csv', content: 'BuildingId;UnitCode\n1;1\n', stored: true },
        { name: 'portefeuille/Services.csv', content: SERVICES },
        { name: '__MACOSX/._Services.csv', content: 'x' },
      ]),
    ).toEqual([SERVICE, 'Units:2 {"BuildingId":1,"UnitCode":"1"}'])
  })

  test('is read as macOS makes it, which does not say that names are UTF-8, and some of Windows', async () => {
    const documents = 'Titre;Contenu\nPhoto;Façade.png\nBail;bail.pdf\n'
    expect(
      await zipTold(
        [
          { name: 'portefeuille/Unités.csv'.normalize('NFD'), content: 'Commentaire\nÀ peindre\n' },
          { name: 'portefeuille/Documents.csv', content: documents },
          { name: './portefeuille/Contenus/Façade.png'.normalize('NFD'), content: 'png' },
          { name: 'portefeuille\\Contenus\\bail.pdf', content: 'pdf' },
        ].map((entry) => ({ ...entry, saysNoUtf8: true })),
        { isPartial: true },
      ),
    ).toEqual([
      'Units:2 {"Comment":"À peindre"}',
      'Documents:2 {"Title":"Photo","Content":"Façade.png","FileName":"Façade.png","ContentType":"image/png"}',
      'Documents:3 {"Title":"Bail","Content":"bail.pdf","FileName":"bail.pdf","ContentType":"application/pdf"}',
    ])
  })

  const services = { name: 'Services.csv', content: SERVICES }
  const large = Buffer.alloc(4_000_000, 'a;b;c\n')

  test.each<[string, readonly ZipEntry[], string]>([
    ['a path out of it', [{ ...services, name: '../Services.csv' }], '../Services.csv'],
    [
      'a path in the middle',
      [{ ...services, name: 'a/../../Services.csv' }],
      'a/../../Services.csv',
    ],
    ['an absolute path', [{ ...services, name: '/etc/Services.csv' }], '/etc/Services.csv'],
    ['a drive', [{ ...services, name: 'C:/Services.csv' }], 'C:/Services.csv'],
    ['a backslash', [{ ...services, name: '..\\Services.csv' }], '../Services.csv'],
    ['NUL in a name', [{ ...services, name: 'Services.csv\0.txt' }], 'Services.csv\0.txt'],
    ['a link', [{ ...services, says: { unixMode: 0o120_777 } }], 'Services.csv'],
    ['encryption', [{ ...services, says: { flags: 1 } }], 'Services.csv'],
    ['another compression', [{ ...services, says: { method: 14 } }], 'Services.csv'],
    ['an archive', [{ name: 'a.zip', content: zipBytes([services]) }], 'a.zip'],
    [
      'an archive that is called otherwise',
      [{ ...services, content: zipBytes([services]) }],
      'Services.csv',
    ],
    ['a bomb', [{ ...services, content: large }], 'Services.csv'],
    ['more than it says', [{ ...services, says: { size: 3 } }], 'Services.csv'],
    ['less than it says', [{ ...services, says: { size: 300 } }], 'Services.csv'],
    ['another sum than it says', [{ ...services, says: { crc: 1 } }], 'Services.csv'],
    [
      'bytes of another compression',
      [{ ...services, stored: true, says: { method: 8 } }],
      'Services.csv',
    ],
    [
      'more files than sets',
      Array.from({ length: 1_001 }, (_, index) => ({ name: `${index}.csv`, content: '' })),
      'portefeuille.zip',
    ],
  ])('is refused with %s', async (_, entries, file) => {
    const told = await zipTold(entries)
    expect(told).toHaveLength(1)
    expect(told[0]).toMatch(/ IMPORT_(?:ARCHIVE_REFUSED|FORM) \(source\)$/)
    expect(told[0]?.startsWith(`${file}:1 `)).toBe(true)
  })

  test('is refused when it is cut off, or nothing but its first bytes', async () => {
    const whole = zipBytes([services])
    for (const bytes of [whole.subarray(0, -30), Buffer.from('PK\x03\x04 and the rest')])
      expect((await itemsAt(await fileOf('a.zip', bytes))).map(say)).toEqual([
        'a.zip:1 IMPORT_ARCHIVE_REFUSED (source)',
      ])
    await expect(openImportSource(await fileOf('a.zip', zipBytes([])))).rejects.toMatchObject({
      code: 'IMPORT_FILE_REFUSED',
    })
  })
})
