/** The results of a connection: what its statements gave, in one panel beside the editor. */
import * as vscode from 'vscode';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import type { PanelContract, PanelView, ResultsState, StatementResult } from '../../protocol/panel.ts';
import type { Answers } from '../../protocol/rpc.ts';
import type { Ask } from '../talk/ask.ts';
import type { Session } from '../connections/session.ts';
import { ResultList, spoolOf } from './resultList.ts';
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
}

/** The results panel of a connection. It ends with its connection, and the rows it showed with it. */
export class ResultsPanel implements vscode.Disposable {
  readonly #options: ResultsPanelOptions;
  readonly #own = new Disposables();
  readonly #web: WebPanel;
  /** Rows of statements are beside the user's own process, deltas beside ours. */
  readonly spools: { readonly rows: PanelSpools; readonly delta: PanelSpools };
  readonly #results = new ResultList();

  constructor(options: ResultsPanelOptions) {
    const { session, extensionUri, tell } = options;
    this.#options = options;
    this.spools = { rows: new PanelSpools(session.sqlEngine), delta: new PanelSpools(session.engine) };
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
        this.spools.rows.end();
        this.spools.delta.end();
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

  async #close({ spool, shape }: StatementResult): Promise<void> {
    if (!spool) return;
    try {
      await this.#spoolsOf(shape).close(spool.id);
    } catch (error) {
      this.#options.tell.log('warning', String(error));
    }
  }

  #spoolsOf(shape: StatementResult['shape']): PanelSpools {
    return shape === 'delta' ? this.spools.delta : this.spools.rows;
  }

  #spool(shown: number): { spools: PanelSpools; id: number } {
    const { shape, id } = spoolOf(shown);
    return { spools: this.#spoolsOf(shape), id };
  }

  #state(): ResultsState {
    const { connection } = this.#options.session;
    return {
      title: connection.id,
      connection: connection.id,
      environment: connection.config.environment,
      results: this.#results.shown(),
    };
  }

  #view(): PanelView {
    this.#web.pageIsReady();
    const strings = translations();
    return { page: 'results', state: this.#state(), show: null, strings };
  }

  #answers(): Answers<PanelContract> {
    const { ask, tell } = this.#options;
    const other = (): never => {
      throw new Error('Broken invariant: the results page has no training');
    };
    return {
      'panel/ready': () => this.#view(),
      'spool/page': ({ id: shown, ...p }, signal) => {
        const { spools, id } = this.#spool(shown);
        return spools.page({ ...p, id }, signal);
      },
      'spool/distribution': ({ id: shown, column }, signal) => {
        const { spools, id } = this.#spool(shown);
        return spools.distribution({ id, column }, signal);
      },
      'spool/export': async ({ id: shown, ...p }) => {
        const { spools, id } = this.#spool(shown);
        try {
          return await spools.export({ ...p, id }, ask, tell);
        } catch (error) {
          if (Failure.is(error, 'cancelled')) return null;
          throw error;
        }
      },
      // Results keep their rows until they go.
      'spool/close': () => null,
      'statement/cancel': ({ id }) => {
        this.#options.cancel(id);
        return null;
      },
      'statement/again': ({ id }) => {
        this.#options.again(id);
        return null;
      },
      'text/copy': async ({ text }) => {
        await vscode.env.clipboard.writeText(text);
        return null;
      },
      'run/start': other,
      'run/cancel': other,
      'run/again': other,
      'run/discard': other,
      'model/promote': other,
      'model/archive': other,
      'model/reproduce': other,
      'matrix/cell': other,
      'snapshot/restore': other,
      'snapshot/create': other,
      'delta/count': other,
      'delta/open': other,
    };
  }

  dispose(): void {
    this.#web.dispose();
  }
}
