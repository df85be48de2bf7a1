/** The checks that a deltatrain.json names: of tables, of trainings, and those without which something is not begun. */
import { type TableName, tableText } from '../../data/table.ts';
import { sameName } from '../../git4data/catalog.ts';
import { type Gate, isBefore, type TableRule } from '../config/checkRules.ts';
import type { Config } from '../config/config.ts';
import type { NamedCheck } from './outcome.ts';

const named = (of: string, rules: Readonly<Record<string, NamedCheck['rule']>> | undefined): NamedCheck[] =>
  Object.entries(rules ?? {}).map(([name, rule]) => ({ name, of, rule }));

/** Tables with checks of their own, in the order of the file. */
export const checkedTables = ({ checks }: Config): { readonly connection: string; readonly table: string }[] =>
  Object.entries(checks).flatMap(([connection, tables]) => Object.keys(tables).map((table) => ({ connection, table })));

/** Of a table, however its name is spelled. */
export function tableChecks({ checks }: Config, connection: string, table: string): NamedCheck[] {
  const tables: Readonly<Record<string, Readonly<Record<string, TableRule>>>> | undefined = Object.hasOwn(
    checks,
    connection,
  )
    ? checks[connection]
    : undefined;
  return Object.entries(tables ?? {}).flatMap(([name, rules]) => (sameName(name, table) ? named(name, rules) : []));
}

/** Of a training, without those of its table. */
export const trainingChecks = ({ trainings }: Config, name: string): NamedCheck[] =>
  named(name, Object.hasOwn(trainings, name) ? trainings[name]?.checks : undefined);

const gated = (checks: readonly NamedCheck[], gate: Gate): NamedCheck[] =>
  checks.filter(({ rule }) => isBefore(rule, gate));

/** What must hold before a training is begun: of its table, and of itself. */
export const beforeTraining = (
  config: Config,
  training: { readonly name: string; readonly connection: string; readonly table: TableName },
): { readonly table: readonly NamedCheck[]; readonly training: readonly NamedCheck[] } => ({
  table: gated(tableChecks(config, training.connection, tableText(training.table)), 'training'),
  training: gated(trainingChecks(config, training.name), 'training'),
});

/** What must hold of the rows of a branch before it is merged into a table: of the table, and of its trainings. */
export function beforeMerge(config: Config, connection: string, into: TableName): NamedCheck[] {
  const table = tableText(into);
  const trainings = Object.entries(config.trainings).filter(
    ([, written]) => written.connection === connection && sameName(written.table, table),
  );
  return [
    ...gated(tableChecks(config, connection, table), 'merge'),
    ...trainings.flatMap(([name]) => gated(trainingChecks(config, name), 'merge')),
  ];
}
