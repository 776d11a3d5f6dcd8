/** `hapi trigger`: plays one of the guide's examples in a sandbox, so that its events come. */

import { Argument, type Command } from 'commander'
import { playScenario, type ScenarioName, scenarioNames } from '../demo/scenarios.ts'
import { getOnlyAccount, onlyAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'

const STEP: readonly Column[] = [
  { key: 'entity', fr: 'Entité', en: 'Entity', essential: true },
  { key: 'id', fr: 'Id', en: 'Id', essential: true },
  { key: 'what', fr: 'Ce qui arrive', en: 'What happens' },
]

export function addTriggerCommand(program: Command, context: CommandContext): void {
  const command = context
    .command(program, 'trigger', {
      fr: "jouer dans un bac à sable un exemple du guide, pour que ses événements arrivent : departure (un locataire part), unit-free (une unité se libère : l'horloge avance), document (un avis est produit), service-call (un appel est créé)",
      en: "play one of the guide's examples in a sandbox, so that its events come: departure (a tenant leaves), unit-free (a unit becomes free: the clock moves), document (a notice is produced), service-call (a call is created)",
    })
    .addArgument(
      new Argument('<scenario>', context.text({ fr: 'exemple', en: 'example' })).choices(
        scenarioNames,
      ),
    )
    .addOption(onlyAccount(context))
  // The argument's choices are these names.
  command.action((scenario: ScenarioName) =>
    context.answer(command, async (database) => {
      const { accountId } = await getOnlyAccount(
        database,
        command.opts<{ account?: string }>().account,
      )
      const steps = await playScenario(database, accountId, scenario)
      return {
        columns: STEP,
        isList: true,
        rows: steps.map(({ entity, id, ...texts }) => ({ entity, id, what: context.text(texts) })),
      }
    }),
  )
}
