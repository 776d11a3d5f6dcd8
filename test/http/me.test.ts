/** The singleton `Me`. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { revokeRight } from '../../src/auth/rights.ts'
import { startTestApp, type TestApp } from '../support/test-app.ts'
import { refusalOf } from '../support/writing.ts'

let app: TestApp

beforeAll(async () => {
  app = await startTestApp()
})

afterAll(() => app.close())

interface Me {
  readonly Modules: readonly string[]
  readonly Rights: readonly { readonly Set: string; readonly CanRead: boolean }[]
}

async function meOf(as: 'integrator' | 'administrator' | 'other' | 'revocable'): Promise<Me> {
  return (await app.ask('/api/Me', { as })).json as Me
}

describe('Protocol 4.01 §11.2.1 the singleton Me', () => {
  test('says who is asking, in which account, with which modules and rights', async () => {
    const { userName, databaseName } = app.clients.integrator
    const answer = await app.ask('/api/Me', { headers: { 'accept-language': 'en' } })
    expect(answer.json).toMatchObject({
      UserName: userName,
      Profile: 'integrator',
      Language: 'en',
      DatabaseName: databaseName,
      PinnedAt: '2026-06-15T04:05:00.000Z',
    })
    const { Modules, Rights } = answer.json as Me
    // Contract A5: this integrator's client has not acquired the module.
    expect(Modules).not.toContain('financial-statements')
    const rights = new Map(Rights.map(({ Set: set, ...right }) => [set, right]))
    expect(rights.get('FinancialStatements')).toEqual({
      CanRead: false,
      CanCreate: false,
      CanUpdate: false,
      CanDelete: false,
    })
    expect(rights.get('CoTenants')).toEqual({
      CanRead: true,
      CanCreate: true,
      CanUpdate: true,
      CanDelete: true,
    })
    expect(rights.get('Buildings')).toEqual({
      CanRead: true,
      CanCreate: false,
      CanUpdate: false,
      CanDelete: false,
    })
    const sets = await app.ask('/api')
    const { value } = sets.json as { value: readonly { name: string; kind: string }[] }
    expect([...rights.keys()]).toEqual(
      value.filter(({ kind }) => kind === 'EntitySet').map(({ name }) => name),
    )
    expect(value).toContainEqual({ name: 'Me', kind: 'Singleton', url: 'Me', title: 'Moi' })
  })

  test('each caller sees itself; what was taken away shows', async () => {
    expect(await meOf('administrator')).toMatchObject({ Profile: 'administrator' })
    expect(await meOf('other')).toMatchObject({ DatabaseName: app.clients.other.databaseName })
    const { databaseName, userName } = app.clients.revocable
    await revokeRight(
      app.db.database,
      { databaseName, userName },
      { set: 'Tenants', operation: 'read' },
    )
    await expect
      .poll(
        async () =>
          (await meOf('revocable')).Rights.find(({ Set: set }) => set === 'Tenants')?.CanRead,
      )
      .toBe(false)
  })

  test('with $select, its properties, and a raw value; contexts by 4.0 and 4.01', async () => {
    const { userName } = app.clients.integrator
    const root = `${app.baseUrl}/api/$metadata`
    const odata = { headers: { 'odata-maxversion': '4.0' } }
    expect((await app.ask('/api/me?$select=username,Profile', odata)).json).toEqual({
      '@odata.context': `${root}#Me(UserName,Profile)`,
      UserName: userName,
      Profile: 'integrator',
    })
    expect(
      (await app.ask('/api/Me/UserName', { headers: { 'odata-maxversion': '4.01' } })).json,
    ).toEqual({ '@context': `${root}#Me/UserName`, value: userName })
    const raw = await app.ask('/api/Me/UserName/$value')
    expect([raw.text, raw.headers['content-type']]).toEqual([userName, 'text/plain; charset=utf-8'])
    expect((await app.ask('/api/Me/Modules')).json).toEqual({
      value: (await meOf('integrator')).Modules,
    })
    const head = await app.ask('/api/Me', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })

  test('is read and nothing else, by what an entity without relations has', async () => {
    for (const [path, code] of [
      ['/api/Me?$filter=UserName eq null', 'OPTION_NOT_APPLICABLE'],
      ['/api/Me?$expand=Rights', 'OPTION_NOT_APPLICABLE'],
      ['/api/Me?$select=Nom', 'UNKNOWN_PROPERTY'],
      ['/api/Me/Nom', 'UNKNOWN_SEGMENT'],
      ['/api/Me/Modules/$value', 'UNKNOWN_SEGMENT'],
      ['/api/Me/UserName/Nom', 'UNKNOWN_SEGMENT'],
    ] as const)
      expect([path, refusalOf(await app.ask(path))[1]]).toEqual([path, code])
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const answer = await app.ask('/api/Me', { method })
      expect([method, answer.status, answer.headers['allow']]).toEqual([
        method,
        405,
        'GET, HEAD, OPTIONS',
      ])
    }
    expect((await app.ask('/api/Me', { as: null })).status).toBe(401)
    expect((await app.ask('/api/Me', { method: 'OPTIONS' })).headers['allow']).toBe(
      'GET, HEAD, OPTIONS',
    )
    expect((await app.ask('/api/Meuble')).status).toBe(404)
  })

  test('stands in the metadata, in XML and in JSON', async () => {
    const xml = (await app.ask('/api/$metadata')).text
    expect(xml).toContain('<Singleton Name="Me" Type="Primmo.HApi.Caller"')
    const json = (await app.ask('/api/$metadata', { headers: { accept: 'application/json' } })).json
    expect(json).toMatchObject({
      'Primmo.HApi': { Container: { Me: { $Type: 'Primmo.HApi.Caller' } } },
    })
  })
})
