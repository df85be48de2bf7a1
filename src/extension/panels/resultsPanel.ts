/** The results of a connection: what its statements gave, in one panel beside the editor. */
import * as vscode from 'vscode';
import { Disposables } from '../../base/disposable.ts';
import type { PanelView, ResultsState, StatementResult } from '../../protocol/panel.ts';
import type { ResultsContract } from '../../protocol/panelContracts.ts';
import type { Answers } from '../../protocol/rpc.ts';
import type { Value } from '../../data/value.ts';
import type { Ask } from '../talk/ask.ts';
import type { Session } from '../connections/session.ts';
import { gridAnswers } from './gridAnswers.ts';
import { ResultList } from './resultList.ts';
import { PanelSpools } from './panelSpools.ts';
import type { Tell } from '../talk/tell.ts';
import { WebPanel } from './webPanel.ts';
import { say, translations } from '../../base/say.ts';

export interface ResultsPanelOptions {
  readonly session: Session;
  readonly extensionUri: vscode.Uri;
  readonly ask: Ask;
  readonly tell: Tell;
  readonly cancel: (id: number) => void;
  readonly again: (id: number) => void;
  /** What a row of a result was in every version. */
  readonly history: (result: StatementResult, key: readonly Value[]) => Promise<void>;
}

/** The results panel of a connection. It ends with its connection, and the rows it showed with it. */
export class ResultsPanel implements vscode.Disposable {
  readonly #options: ResultsPanelOptions;
  readonly #own = new Disposables();
  readonly #web: WebPanel<ResultsContract>;
  readonly spools = new PanelSpools();
  readonly #results = new ResultList();

  constructor(options: ResultsPanelOptions) {
    const { session, extensionUri, tell } = options;
    this.#options = options;
    this.#web = new WebPanel({
      page: 'results',
      title: say('Results: {0}', session.connection.id),
      extensionUri,
      column: vscode.ViewColumn.Beside,
      preserveFocus: true,
      retained: false,
      answers: this.#answers(),
      log: (message) => tell.log('error', `results: ${message}`),
    });
    this.#own.add(
      this.#web.onDidDispose(() => {
        this.spools.end();
        this.#own.dispose();
      }),
    );
  }

  get onDidDispose(): vscode.Event<void> {
    return this.#web.onDidDispose;
  }

  get session(): Session {
    return this.#options.session;
  }

  get results(): readonly StatementResult[] {
    return this.#results.all;
  }

  reveal(): void {
    this.#web.reveal(true);
  }

  /** Adds a result, or replaces the one with its id. */
  put(result: StatementResult): void {
    for (const old of this.#results.put(result)) void this.#close(old);
    this.#web.emit('results/changed', this.#state());
  }

  /** Something of the connection changed: a delta to or from live may be another one now. */
  outdate(): void {
    if (this.#results.outdate()) this.#web.emit('results/changed', this.#state());
  }

  async #close({ spool }: StatementResult): Promise<void> {
    if (!spool) return;
    try {
      await this.spools.close(spool.id);
    } catch (error) {
      this.#options.tell.log('warning', String(error));
    }
  }

  #state(): ResultsState {
    const { connection } = this.#options.session;
    return {
      title: connection.id,
      connection: connection.id,
      environment: connection.config.environment,
      results: this.#results.all,
    };
  }

  #view(): PanelView {
    this.#web.pageIsReady();
    const strings = translations();
    return { page: 'results', state: this.#state(), show: null, strings };
  }

  #answers(): Answers<ResultsContract> {
    const { ask, tell, cancel, again, history } = this.#options;
    return {
      ...gridAnswers(this.spools, ask, tell),
      'panel/ready': () => this.#view(),
      'row/history': async ({ spool, view, row }) => {
        const result = this.#results.all.find((one) => one.spool?.id === spool);
        if (result) await history(result, await this.spools.keyAt(spool, view, row));
        return null;
      },
      'statement/cancel': ({ id }) => {
        cancel(id);
        return null;
      },
      'statement/again': ({ id }) => {
        again(id);
        return null;
      },
    };
  }

  dispose(): void {
    this.#web.dispose();
  }
}
