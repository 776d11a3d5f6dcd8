/** Several requests in one, and requests that are answered later. */

import { expect } from 'vitest'
import {
  askJson,
  askMultipart,
  changeSet,
  multipart,
  part,
  request,
  several,
  single,
  statuses,
} from '../../http/batch-messages.ts'
import type { Answer, TestApp } from '../../support/test-app.ts'
import type { LevelCheck } from './level-check.ts'

/** What a monitor answers once the request is done. */
async function askLater(
  app: TestApp,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const accepted = await app.ask(path, { headers: { prefer: 'respond-async' } })
  expect(accepted.status).toBe(202)
  const monitor = (accepted.headers.location ?? '').slice(app.baseUrl.length)
  for (;;) {
    const answer = await app.ask(monitor, { headers })
    if (answer.status !== 202) return answer
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const note = { LedgerDivisionId: 3, TenantId: 1, Body: 'level' }

export const batches: readonly LevelCheck[] = [
  {
    line: '4.0 Minimal 16',
    check: async (app) => {
      const headers = { 'odata-maxversion': '4.0', accept: 'application/http' }
      const answer = await askLater(app, '/api/Buildings(0)', headers)
      expect([answer.status, answer.headers['content-type']]).toEqual([200, 'application/http'])
      expect(answer.text).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/)
    },
  },
  {
    line: '4.0 Advanced 13',
    check: async (app) => {
      const { text } = await app.ask('/api/Buildings?$select=Id')
      const answer = await askLater(app, '/api/Buildings?$select=Id', {
        'odata-maxversion': '4.01',
      })
      expect([answer.status, answer.text]).toEqual([200, text])
    },
  },
  {
    line: '4.01 Minimal 3',
    check: async (app) => {
      const answer = await askLater(app, '/api/Buildings(0)', { 'odata-maxversion': '4.01' })
      expect([answer.status, answer.headers.asyncresult]).toEqual([200, '404'])
      expect(answer.json).toHaveProperty('error.code')
    },
  },
  {
    line: '4.0 Advanced 11',
    check: async (app) => {
      const host = `127.0.0.1:${app.port}`
      const dry = (line: string, body: object, id: string): string =>
        part(request(`${line}?dryRun=true`, body), id)
      const body = multipart(
        part(request(`GET ${app.baseUrl}/api/Buildings/$count`)),
        part(request('GET /api/Buildings/$count', undefined, { Host: host })),
        part(request('GET Buildings/$count')),
        changeSet(dry('POST Notes', note, '1'), dry('PATCH $1', { Subject: 'x' }, '2')),
        changeSet(dry('POST Notes', note, '3'), dry('POST Notes', { ...note, NoteType: '?' }, '4')),
        part(request('GET Buildings(0)')),
        part(request('GET Buildings/$count')),
      )
      const stopped = await askMultipart(app, body)
      expect(statuses(stopped)).toEqual([200, 200, 200, [201, 200], 400])
      const all = await askMultipart(app, body, {
        headers: { prefer: 'odata.continue-on-error' },
      })
      expect(statuses(all)).toEqual([200, 200, 200, [201, 200], 400, 404, 200])
      expect(several(all[3]).map(({ contentId }) => contentId)).toEqual(['1', '2'])
      expect(single(all[4]).json).toHaveProperty('error.code')
    },
  },
  {
    line: '4.01 Advanced 7',
    check: async (app) => {
      const post = { method: 'post', url: 'Notes?dryRun=true', atomicityGroup: 'g' }
      const responses = await askJson(
        app,
        [
          { ...post, id: '1', body: note },
          {
            id: '2',
            method: 'patch',
            url: '$1?dryRun=true',
            atomicityGroup: 'g',
            body: { Subject: 'x' },
          },
          { id: '3', method: 'get', url: 'Buildings(0)', dependsOn: ['g'] },
          { id: '4', method: 'get', url: 'Buildings/$count', dependsOn: ['3'] },
        ],
        { headers: { 'odata-maxversion': '4.01' } },
      )
      expect(responses.map(({ id, status }) => `${id} ${status}`)).toEqual([
        '1 201',
        '2 200',
        '3 404',
        '4 424',
      ])
      expect(
        statuses(await askMultipart(app, multipart(part(request('GET Buildings/$count'))))),
      ).toEqual([200])
    },
  },
]
