/** The page of the conformance levels: the names of the tests that prove them, as a table a level. */

import { checklist } from '../test/conformance/levels/checklist.ts'
import { levelChecks } from '../test/conformance/levels/checks.ts'
import { type ChecklistLine, lineOf, nameOf } from '../test/conformance/levels/level-check.ts'
import { abnfSkips, aggregationSkips, type Skip } from '../test/conformance/skip-list.ts'

export function conformancePage(): string {
  const levels = [...new Set(checklist.map(({ level }) => level))]
  return [
    '# Conformité OData · OData conformance',
    '',
    "Ce que la norme OData 4.01 (Protocol §13) exige de chaque niveau. Chaque ligne est le nom d'un test : `npx vitest run test/conformance/levels`.",
    '',
    'What the OData 4.01 standard (Protocol §13) asks of each level. Each line is the name of a test: `npx vitest run test/conformance/levels`.',
    ...levels.flatMap((level) => [
      '',
      `## ${level}`,
      '',
      '| № | Force | Clause | Requirement |',
      '|---|---|---|---|',
      ...checklist.filter((line) => line.level === level).flatMap(rowsOf),
    ]),
    '',
    '## OASIS ABNF test cases',
    '',
    "Les cas du comité technique (`npx vitest run test/conformance`) se lisent ou sont refusés comme ils sont écrits, sauf ceux-ci. · The technical committee's cases are read or refused as they are written, but for these.",
    '',
    '| Rules | Behaviour | Reason |',
    '|---|---|---|',
    ...[...abnfSkips, ...aggregationSkips].map(skipRow),
    '',
  ].join('\n')
}

function rowsOf(line: ChecklistLine): readonly string[] {
  return levelChecks
    .filter((check) => check.line === lineOf(line))
    .map((check) => {
      const [, ...cells] = nameOf(line, check).split(' · ')
      const [force, clause, ...requirement] = cells
      return `| ${line.number} | ${force} | ${clause} | ${requirement.join(' · ').replaceAll('|', '\\|')} |`
    })
}

function skipRow({ rules, outcome, reason }: Skip): string {
  const cells = [[...new Set(rules)].map((rule) => `\`${rule}\``).join(' '), outcome, reason]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
