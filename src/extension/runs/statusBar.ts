/** The status bar: the connection of the SQL file that is edited, and the runs under way. */
import * as vscode from 'vscode';
import { Disposables } from '../../base/disposable.ts';
import type { RunView } from '../../protocol/panel.ts';
import type { Bindings } from '../sql/binding.ts';
import type { Connections } from '../connections/connections.ts';
import type { Runs } from './runs.ts';
import { say } from '../../base/say.ts';
import { iconless } from '../../base/shown.ts';

export interface StatusBarOptions {
  readonly connections: Connections;
  readonly bindings: Bindings;
  readonly runs: Runs;
}

/** The two items of the status bar; each is hidden while it has nothing to say. */
export class StatusBar implements vscode.Disposable {
  readonly #options: StatusBarOptions;
  readonly #own = new Disposables();
  readonly #connection: vscode.StatusBarItem;
  readonly #run: vscode.StatusBarItem;

  constructor(options: StatusBarOptions) {
    this.#options = options;
    const { connections, runs } = options;
    this.#connection = this.#own.add(
      vscode.window.createStatusBarItem('deltatrain.connection', vscode.StatusBarAlignment.Right, 100),
    );
    this.#connection.name = say('DeltaTrain: connection of the file');
    this.#connection.command = 'deltatrain.sql.chooseConnection';
    this.#run = this.#own.add(vscode.window.createStatusBarItem('deltatrain.run', vscode.StatusBarAlignment.Left, 10));
    this.#run.name = say('DeltaTrain: training run');
    this.#run.command = { command: 'deltatrain.run.cancel', title: say('Cancel Training Run') };
    this.#own.add(vscode.window.onDidChangeActiveTextEditor(() => this.refresh()));
    this.#own.add(connections.onDidChange(() => this.refresh()));
    this.#own.add(runs.onDidChange(() => this.#showRuns()));
    this.#own.add(runs.onDidTell(() => this.#showRuns()));
    this.refresh();
    this.#showRuns();
  }

  /** Shows the connection of the active file. */
  refresh(): void {
    void this.#showConnection();
  }

  async #showConnection(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const { bindings } = this.#options;
    if (!document || !(await bindings.isOurs(document))) {
      this.#connection.hide();
      return;
    }
    const connection = await bindings.of(document.uri);
    const isProduction = connection?.config.environment === 'production';
    this.#connection.text = connection
      ? `$(database) ${iconless(connection.id)}`
      : `$(plug) ${say('Choose connection')}`;
    this.#connection.tooltip = connection
      ? say('Statements of this file run on {0} ({1}).', connection.id, connection.config.environment)
      : say('Statements of this file ask for a connection.');
    this.#connection.backgroundColor = isProduction
      ? new vscode.ThemeColor('statusBarItem.errorBackground')
      : undefined;
    this.#connection.show();
  }

  #showRuns(): void {
    const [first, ...others] = this.#options.runs.underWay();
    const { runs } = this.#options;
    void vscode.commands.executeCommand('setContext', 'deltatrain.running', first !== undefined);
    void vscode.commands.executeCommand('setContext', 'deltatrain.interrupted', runs.interrupted().length > 0);
    if (!first) {
      this.#run.hide();
      return;
    }
    const more = others.length > 0 ? ` +${others.length}` : '';
    this.#run.text = `$(sync~spin) ${iconless(first.key.training)}: ${phaseText(first.view)}${more}`;
    this.#run.tooltip = say('Click to cancel.');
    this.#run.show();
  }

  dispose(): void {
    this.#own.dispose();
  }
}

function phaseText({ phase, progress }: RunView): string {
  switch (phase) {
    case 'pin':
      return say('pinning');
    case 'diff':
      return say('comparing');
    case 'read':
      return say('reading');
    case 'train':
      return say('training {0} %', Math.round(progress.fraction * 100));
    case 'test':
      return say('testing');
    default:
      return say('registering');
  }
}
