/** Opens what the checks of a table or a training are asked of. Loaded with the first check that is run. */
import type * as vscode from 'vscode';
import type { NamedCheck } from '../../app/checks/outcome.ts';
import { rowsMarkdown } from '../../app/checks/reports.ts';
import { type CheckSubject, runChecks } from '../../app/checks/runChecks.ts';
import { systemClock } from '../../app/training/clock.ts';
import { Failure } from '../../base/failure.ts';
import { literal } from '../../base/shown.ts';
import { parseTableName } from '../../data/table.ts';
import { live } from '../../data/version.ts';
import type { Connections } from '../connections/connections.ts';
import type { ReadHome } from '../connections/homes.ts';
import type { Trainings } from '../connections/trainings.ts';
import { forkTrainer } from '../runs/trainerProcess.ts';
import type { Tell } from '../talk/tell.ts';

/** What checks are run with. */
export interface CheckParts {
  readonly extensionUri: vscode.Uri;
  readonly connections: Connections;
  readonly trainings: Trainings;
  readonly tell: Tell;
}

/** Checks of one table or training, where they are written. */
export type CheckGroup = { readonly home: ReadHome; readonly checks: readonly NamedCheck[] } & (
  | { readonly connection: string; readonly table: string }
  | { readonly training: string }
);

/** How one ended, as the Test Explorer shows it: `details` in Markdown, '' where there is nothing to say. */
export interface ToldOutcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'errored';
  readonly details: string;
  readonly ms: number;
}

async function tableSubject(
  { home }: Pick<CheckGroup, 'home'>,
  { connection, table }: { readonly connection: string; readonly table: string },
  { connections }: CheckParts,
): Promise<CheckSubject> {
  const name = parseTableName(table);
  if (!name) throw new Failure('table.unknown', { table });
  const all = await connections.list();
  const found =
    all.find((one) => one.name === connection && one.home?.uri.toString() === home.uri.toString()) ??
    (await connections.find(connection));
  const { store } = await connections.session(found.id);
  return { store, table: name, at: live, training: null };
}

async function inSubject<T>(
  group: CheckGroup,
  parts: CheckParts,
  work: (subject: CheckSubject) => Promise<T>,
): Promise<T> {
  if ('table' in group) return work(await tableSubject(group, group, parts));
  const { trainings, connections, extensionUri, tell } = parts;
  const configured = (await trainings.list()).find(
    ({ home, name }) => name === group.training && home.uri.toString() === group.home.uri.toString(),
  );
  if (!configured) throw new Failure('training.unknown', { training: group.training });
  const { training, session, registry } = await trainings.open(configured);
  const { store } = session;
  // Asking a model takes a trainer; the other checks take none.
  const place = forkTrainer(extensionUri, training.name, { tell, homes: connections.homes });
  try {
    const workbench = { store, registry: registry.registry, trainer: place.trainer };
    return await work({ store, table: training.table, at: live, training: { training, workbench } });
  } finally {
    place.end();
  }
}

/** Each by its name. `cancelled`; what keeps all of them from being asked is said of each. */
export async function runGroup(group: CheckGroup, parts: CheckParts, signal: AbortSignal): Promise<ToldOutcome[]> {
  try {
    return await inSubject(group, parts, async (subject) =>
      (await runChecks(subject, group.checks, systemClock, signal)).map((one) => ({
        name: one.name,
        state: one.ok ? 'passed' : one.error ? 'errored' : 'failed',
        details: [literal(one.sentence), rowsMarkdown(one)].filter((text) => text !== '').join('\n\n'),
        ms: one.ms,
      })),
    );
  } catch (error) {
    if (signal.aborted || !(error instanceof Failure)) throw error;
    const details = literal(error.message);
    return group.checks.map(({ name }) => ({ name, state: 'errored', details, ms: 0 }));
  }
}
