import { expect, test } from 'vitest'
import { findStale } from '../../tools/artefacts.ts'

test('derived files are what the model says; else run `npx tsx tools/generate.ts`', () => {
  expect(findStale()).toEqual([])
})
