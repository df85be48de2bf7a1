/** The checks of deltatrain.json in the Test Explorer: an item each, below its table or training, with the rows in its message. */
import * as vscode from 'vscode';
import { checkedTables, tableChecks, trainingChecks } from '../../app/checks/configured.ts';
import { checkOffset } from '../../app/config/checkPlaces.ts';
import { Disposables } from '../../base/disposable.ts';
import { say } from '../../base/say.ts';
import { visibleLine } from '../../base/shown.ts';
import { configUri, type ReadHome } from '../connections/homes.ts';
import { tellError } from '../talk/tellError.ts';
import type { CheckGroup, CheckParts, ToldOutcome } from './checkSubject.ts';

/** Groups of a home, in the order of its file. */
function groupsOf(home: ReadHome): CheckGroup[] {
  const { config } = home;
  const tables = checkedTables(config).map(({ connection, table }) => ({
    ...{ home, connection, table },
    checks: tableChecks(config, connection, table),
  }));
  const trainings = Object.keys(config.trainings).map((training) => ({
    ...{ home, training },
    checks: trainingChecks(config, training),
  }));
  return [...tables, ...trainings].filter(({ checks }) => checks.length > 0);
}

const wayOf = (group: CheckGroup): string[] => ('table' in group ? [group.connection, group.table] : [group.training]);

const idOf = (group: CheckGroup, name = ''): string =>
  JSON.stringify([group.home.uri.toString(), 'table' in group ? 'table' : 'training', ...wayOf(group), name]);

const labelOf = (group: CheckGroup): string => visibleLine('table' in group ? group.table : group.training);

/** Keeps the items as the files have them, and runs them. Those of a workspace that is not trusted are not read. */
export class CheckTests implements vscode.Disposable {
  readonly #parts: CheckParts;
  readonly #own = new Disposables();
  /** Made with the first check: where there are none, the editor has no view for them. */
  #made: vscode.TestController | null = null;
  readonly #groups = new Map<vscode.TestItem, CheckGroup>();
  #turn = 0;

  constructor(parts: CheckParts) {
    this.#parts = parts;
    this.#own.add(parts.connections.homes.onDidChange(() => void this.refresh()));
    void this.refresh();
  }

  #controller(): vscode.TestController {
    if (this.#made) return this.#made;
    const made = this.#own.add(vscode.tests.createTestController('deltatrain.checks', say('DeltaTrain checks')));
    made.refreshHandler = () => this.refresh();
    const run = (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> =>
      this.run(request, token).then(() => undefined);
    this.#own.add(made.createRunProfile(say('Check'), vscode.TestRunProfileKind.Run, run, true));
    this.#made = made;
    return made;
  }

  /** Every item that stands for a check, by what it is called. */
  get items(): readonly string[] {
    return [...this.#groups.keys()].flatMap((item) =>
      [...item.children].map(([, child]) => `${item.label} ${child.label}`),
    );
  }

  /** Looks at the files again. */
  async refresh(): Promise<void> {
    const turn = ++this.#turn;
    const homes = await this.#parts.connections.homes.read();
    const made = await Promise.all(homes.map(async (home) => ({ groups: groupsOf(home), text: await textOf(home) })));
    if (turn !== this.#turn) return;
    this.#groups.clear();
    const items = made.flatMap(({ groups, text }) => groups.map((group) => this.#itemOf(group, text)));
    if (items.length > 0 || this.#made) this.#controller().items.replace(items);
  }

  #itemOf(group: CheckGroup, text: string): vscode.TestItem {
    const uri = configUri(group.home);
    const item = this.#controller().createTestItem(idOf(group), labelOf(group), uri);
    item.description = 'table' in group ? visibleLine(group.connection) : say('training');
    const children = group.checks.map(({ name, rule }) => {
      const child = this.#controller().createTestItem(idOf(group, name), visibleLine(name), uri);
      child.description = rule.kind;
      const way =
        'table' in group
          ? { connection: group.connection, table: group.table, name }
          : { training: group.training, name };
      const offset = checkOffset(text, way);
      if (offset !== null) child.range = placeOf(text, offset);
      return child;
    });
    item.children.replace(children);
    this.#groups.set(item, group);
    return item;
  }

  /** Runs those that are asked for, all where none is named; answers how each ended, by the id of its item. */
  async run(
    request: Pick<vscode.TestRunRequest, 'include' | 'exclude'>,
    token?: vscode.CancellationToken,
  ): Promise<ReadonlyMap<string, ToldOutcome>> {
    const run = this.#controller().createTestRun(new vscode.TestRunRequest(request.include, request.exclude));
    const aborting = new AbortController();
    const stop = token?.onCancellationRequested(() => aborting.abort());
    const isMeant = (item: vscode.TestItem): boolean =>
      !isNamed(request.exclude ?? [], item) && (request.include === undefined || isNamed(request.include, item));
    const ended = new Map<string, ToldOutcome>();
    try {
      // As they are now: the files may be read again while they run.
      for (const [item, group] of [...this.#groups]) {
        if (aborting.signal.aborted) break;
        const meant = [...item.children].map(([, child]) => child).filter(isMeant);
        await this.#runGroup(run, meant, group, aborting.signal, ended);
      }
    } catch (error) {
      if (!aborting.signal.aborted) tellError(this.#parts.tell, error);
    } finally {
      stop?.dispose();
      run.end();
    }
    return ended;
  }

  async #runGroup(
    run: vscode.TestRun,
    items: readonly vscode.TestItem[],
    group: CheckGroup,
    signal: AbortSignal,
    ended: Map<string, ToldOutcome>,
  ): Promise<void> {
    if (items.length === 0) return;
    for (const item of items) run.started(item);
    const byId = new Map(items.map((item) => [item.id, item]));
    const checks = group.checks.filter(({ name }) => byId.has(idOf(group, name)));
    const { runGroup } = await import('./checkSubject.ts');
    for (const outcome of await runGroup({ ...group, checks }, this.#parts, signal)) {
      const item = byId.get(idOf(group, outcome.name));
      if (!item) continue;
      ended.set(item.id, outcome);
      if (outcome.state === 'passed') run.passed(item, outcome.ms);
      else run[outcome.state](item, messageOf(item, outcome), outcome.ms);
    }
  }

  dispose(): void {
    this.#own.dispose();
  }
}

/** Whether it, or what it stands below, is among these. */
const isNamed = (items: readonly vscode.TestItem[], { id, parent }: vscode.TestItem): boolean =>
  items.some((one) => one.id === id || one.id === parent?.id);

function messageOf({ uri, range }: vscode.TestItem, { details }: ToldOutcome): vscode.TestMessage {
  const message = new vscode.TestMessage(new vscode.MarkdownString(details));
  if (uri && range) message.location = new vscode.Location(uri, range);
  return message;
}

/** The text of a home's file as it is on the disk; '' where there is none. */
const textOf = (home: ReadHome): Promise<string> =>
  Promise.resolve(vscode.workspace.fs.readFile(configUri(home))).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => '',
  );

function placeOf(text: string, offset: number): vscode.Range {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  const place = new vscode.Position(before.length - 1, before.at(-1)?.length ?? 0);
  return new vscode.Range(place, place);
}
