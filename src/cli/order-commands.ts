/** `hapi documents orders` and `retry`: documents that the system is to produce, and those that it could not. */

import type { Command } from 'commander'
import { getAccount } from '../auth/accounts.ts'
import { listOrders, retryOrders } from '../domain/documents/orders/order-list.ts'
import { ofOneAccount } from './account-option.ts'
import type { Column } from './answer.ts'
import type { CommandContext } from './command-context.ts'

const ORDER: readonly Column[] = [
  { key: 'databaseName', fr: 'Compte', en: 'Account' },
  { key: 'entity', fr: 'Entité', en: 'Entity', essential: true },
  { key: 'rowId', fr: 'Id', en: 'Id', essential: true },
  { key: 'orderedDate', fr: 'Commandé', en: 'Ordered' },
  { key: 'attempts', fr: 'Essais', en: 'Attempts' },
  { key: 'dueDate', fr: 'Prochain essai', en: 'Next attempt' },
  { key: 'fault', fr: 'Cause', en: 'Cause' },
]

const RETRIED: readonly Column[] = [
  { key: 'orders', fr: 'Remis en file', en: 'Due again', essential: true },
]

export function addOrderCommands(group: Command, context: CommandContext): void {
  const orders = context
    .command(group, 'orders', {
      fr: 'ce que le système doit encore produire, et ce qu’il n’a pu produire',
      en: 'what the system has yet to produce, and what it could not',
    })
    .addOption(ofOneAccount(context))
  orders.action(() =>
    context.answer(orders, async (database) => {
      const { account } = orders.opts<{ account?: string }>()
      if (account !== undefined) await getAccount(database, account)
      return {
        columns: ORDER,
        isList: true,
        rows: await listOrders(database, account),
        notice: {
          fr: 'Sans prochain essai : abandonné. La cause corrigée, `hapi documents retry` recommence.',
          en: 'Without a next attempt: given up. Once its cause is mended, `hapi documents retry` begins again.',
        },
      }
    }),
  )
  const retry = context
    .command(group, 'retry', {
      fr: 'produire de nouveau ce qui fut abandonné',
      en: 'produce again what was given up',
    })
    .addOption(ofOneAccount(context))
  retry.action(() =>
    context.answer(retry, async (database) => {
      const { account } = retry.opts<{ account?: string }>()
      if (account !== undefined) await getAccount(database, account)
      return {
        columns: RETRIED,
        isList: false,
        rows: [{ orders: await retryOrders(database, account) }],
      }
    }),
  )
}
