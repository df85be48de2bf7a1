/** Starts DeltaTrain in VS Code: puts the parts together, and ends them in good order. */
import * as vscode from 'vscode';
import { type Ask, dialogs } from './talk/ask.ts';
import { askToMigrate } from './talk/consent.ts';
import { Bindings } from './sql/binding.ts';
import { modelsNeeding, tellElsewhere, tellRecord } from './commands/tellRecord.ts';
import { CheckTests } from './checks/checkTests.ts';
import { Connections } from './connections/connections.ts';
import { Homes } from './connections/homes.ts';
import { Language } from './sql/language.ts';
import { windowUser, windowWriter } from './connections/writer.ts';
import { Opener } from './connections/opener.ts';
import { Overview } from './tree/overview.ts';
import { Forms } from './forms/forms.ts';
import type { PanelActs } from './panels/panelActs.ts';
import { Panels } from './panels/panels.ts';
import { TrainingPanel } from './panels/trainingPanel.ts';
import { Pick } from './tree/pick.ts';
import { rulesOf } from './runs/runRules.ts';
import { Runs } from './runs/runs.ts';
import { forkTrainer } from './runs/trainerProcess.ts';
import { ScriptedAsk } from './talk/scriptedAsk.ts';
import { Secrets } from './connections/secrets.ts';
import type { Session } from './connections/session.ts';
import { Trainings } from './connections/trainings.ts';
import { ownSettings, setting } from './talk/settings.ts';
import { editorTranslations } from './talk/translations.ts';
import { setTranslations } from '../base/say.ts';
import type { Shell } from './commands/shell.ts';
import { SqlRuns } from './sql/sqlRuns.ts';
import { StatusBar } from './runs/statusBar.ts';
import { targetOf } from './tree/target.ts';
import { Messages } from './talk/tell.ts';
import { chooseTrainingPlace } from './panels/chooseTrainingPlace.ts';
import { registerCommands, RunningCommands } from './registerCommands.ts';
import { showWalkthroughOnce } from './tree/firstView.ts';
import { DataTree } from './tree/tree.ts';
import { environmentMarks } from './tree/treeItem.ts';

/** What tests inside VS Code get to see; undefined outside of tests. */
export interface TestApi {
  readonly ask: ScriptedAsk;
  readonly tell: Messages;
  readonly shell: Shell;
}

/** A count on a server may cost others something, so there a person asks for it, or says so once in the settings. */
const countsOnClick = ({ facts }: Session): boolean => facts.isRemote && !setting('delta.countedOnServers');

const openWalkthrough = (): PromiseLike<unknown> =>
  vscode.commands.executeCommand('workbench.action.openWalkthrough', 'deltatrain.deltatrain#loop', false);

let end: (() => Promise<void>) | undefined;

export function activate(context: vscode.ExtensionContext): TestApi | undefined {
  setTranslations(editorTranslations());
  const isTest = context.extensionMode === vscode.ExtensionMode.Test;
  const { extensionUri, globalState, workspaceState, globalStorageUri, subscriptions } = context;
  const own = <T extends vscode.Disposable>(part: T): T => {
    subscriptions.push(part);
    return part;
  };
  const tell = own(new Messages(isTest));
  const scripted = isTest ? new ScriptedAsk() : null;
  const ask: Ask = scripted ?? dialogs;
  const homes = own(new Homes(globalStorageUri));
  const engine = vscode.Uri.joinPath(extensionUri, 'dist/engine.mjs').fsPath;
  const log = (line: string): void => tell.log('info', line);
  const secrets = new Secrets({ storage: context.secrets, memory: globalState, ask, environment: process.env });
  const toolVersion = String((context.extension.packageJSON as { version?: unknown }).version);
  const opener = new Opener({
    engine,
    allowedPaths: globalState,
    secrets,
    log,
    cacheMb: () => setting('cacheMb'),
    note: (sentence) => tell.say('info', sentence),
    mayMigrate: askToMigrate(ask),
    writer: windowWriter(toolVersion),
  });
  const connections = own(
    new Connections({ homes, opener, own: ownSettings, isTrusted: () => vscode.workspace.isTrusted }),
  );
  const trainings = new Trainings(connections);
  const overview = new Overview({ memory: globalState, countsOnClick });
  const tree = own(
    new DataTree({
      connections,
      overview,
      tell,
      interrupted: async (connection, table) => {
        const left = parts().runs.interrupted();
        if (left.length === 0) return [];
        const own = new Set((await trainings.of(connection, table)).map(({ name }) => name));
        return left.filter((one) => one.connection === connection && own.has(one.training)).map((one) => one.training);
      },
    }),
  );
  const pick = new Pick({ ask, connections, trainings, overview, selected: () => targetOf(tree.view.selection[0]) });
  const bindings = new Bindings(connections, workspaceState);
  const language = own(new Language({ extensionUri, connections, bindings, overview, messages: tell }));
  // Commands need panels, and panels lead back to commands.
  const parts = (): Shell => shell;
  const acts = async (): Promise<PanelActs> => (await import('./commands/actsOf.ts')).actsOf(parts());
  const panels: Panels<TrainingPanel> = own(
    new Panels({
      connections,
      make: (wanted) =>
        new TrainingPanel({
          ...wanted,
          extensionUri,
          connections,
          trainings,
          overview,
          runs: parts().runs,
          acts,
          ask,
          tell,
        }),
    }),
  );
  const runs = own(
    new Runs({
      connections,
      memory: workspaceState,
      owner: `${windowUser()}, VS Code`,
      toolVersion,
      rules: (open) => rulesOf(open, { trainings, tell }),
      place: (open) =>
        chooseTrainingPlace(open, {
          where: () => setting('train.where'),
          isRemote: vscode.env.remoteName !== undefined,
          panelOf: (training) => panels.showTraining(training, { section: 'run' }, true),
          fork: (training) => forkTrainer(extensionUri, training, { tell, homes: connections.homes }),
          log: (sentence) => tell.log('warning', sentence),
        }),
    }),
  );
  const forms = own(
    new Forms({
      extensionUri,
      connections,
      trainings,
      ask,
      tell,
      record: (session, happening) => tellRecord(parts(), session, happening),
    }),
  );
  const sql = own(
    new SqlRuns({
      extensionUri,
      connections,
      ask,
      tell,
      record: (session, happening) => tellRecord(parts(), session, happening),
      recordElsewhere: (session, happening) => tellElsewhere(parts(), session, happening),
      modelsNeeding: (session, snapshot) => modelsNeeding(parts(), session, snapshot),
    }),
  );
  const checks = own(new CheckTests({ extensionUri, connections, trainings, tell }));
  const shell: Shell = {
    extensionUri,
    storageUri: globalStorageUri,
    ask,
    tell,
    connections,
    trainings,
    overview,
    pick,
    runs,
    panels,
    forms,
    checks,
    tree,
    sql,
    bindings,
    language,
  };
  // Tests look at the view before a person would.
  const running = new RunningCommands();
  if (!isTest) {
    const first = { memory: globalState, open: openWalkthrough, isBusy: () => running.any };
    own(showWalkthroughOnce(tree.view, first));
  }
  own(new StatusBar({ connections, bindings, runs }));
  subscriptions.push(
    vscode.window.registerFileDecorationProvider(environmentMarks),
    ...registerCommands(shell, context.extension.packageJSON, { running, isTest }),
  );
  end = async () => {
    await runs.end();
    await Promise.allSettled([connections.end(), language.end()]);
  };
  return scripted ? { ask: scripted, tell, shell } : undefined;
}

export async function deactivate(): Promise<void> {
  await end?.();
}
