/** A webview panel on our bundle: its page, its two channels, and the worker that trains in it. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { Disposables } from '../../base/disposable.ts';
import { Failure } from '../../base/failure.ts';
import type { Envelope, PageKind } from '../../protocol/panel.ts';
import type { FormContract, PageContract, ResultsContract, TrainingContract } from '../../protocol/panelContracts.ts';
import { panelHtml } from '../../protocol/panelPage.ts';
import { type Answers, connect, type Port } from '../../protocol/rpc.ts';
import { say } from '../../base/say.ts';

/** What the host answers to a page of ours. */
type PanelContract = TrainingContract | ResultsContract | FormContract;

export interface WebPanelOptions<Own extends PanelContract> {
  readonly page: PageKind;
  readonly title: string;
  readonly extensionUri: vscode.Uri;
  readonly column: vscode.ViewColumn;
  readonly preserveFocus: boolean;
  /** Keeps the page alive while it is hidden: a worker trains in it. */
  readonly retained: boolean;
  readonly answers: Answers<Own>;
  readonly log: (message: string) => void;
}

/** A pipe whose ends are driven by hand. */
class Pipe implements Port {
  readonly #send: (message: unknown) => void;
  readonly #closers: ((reason: string) => void)[] = [];
  #listener: ((message: unknown) => void) | undefined;
  #closed: string | undefined;

  constructor(send: (message: unknown) => void) {
    this.#send = send;
  }

  post(message: unknown): void {
    if (this.#closed === undefined) this.#send(message);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener;
  }

  onClose(listener: (reason: string) => void): void {
    if (this.#closed === undefined) this.#closers.push(listener);
    else listener(this.#closed);
  }

  deliver(message: unknown): void {
    if (this.#closed === undefined) this.#listener?.(message);
  }

  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = reason;
    for (const closer of this.#closers) closer(reason);
  }
}

const isEnvelope = (data: unknown): data is Envelope =>
  typeof data === 'object' && data !== null && 'channel' in data && 'message' in data;

/** A panel with a page of ours, from its making to its disposal. */
export class WebPanel<Own extends PanelContract> implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #own = new Disposables();
  readonly #pipe: Pipe;
  readonly #page: ReturnType<typeof connect<Own, PageContract>>;
  readonly onDidDispose: vscode.Event<void>;
  #trainer: Pipe | undefined;
  #isGone = false;
  #whenReady: Promise<void>;
  #setReady = (): void => {};

  constructor(options: WebPanelOptions<Own>) {
    const { page, title, extensionUri, column, preserveFocus, retained, answers, log } = options;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#panel = vscode.window.createWebviewPanel(
      `deltatrain.${page}`,
      title,
      { viewColumn: column, preserveFocus },
      { enableScripts: true, retainContextWhenHidden: retained, localResourceRoots: [dist] },
    );
    // A tab draws a file as it is, so each kind of theme needs its own.
    const icon = (theme: 'light' | 'dark'): vscode.Uri =>
      vscode.Uri.joinPath(extensionUri, `media/icons/deltatrain-${theme}.svg`);
    this.#panel.iconPath = { light: icon('light'), dark: icon('dark') };
    this.onDidDispose = this.#panel.onDidDispose;
    const { webview } = this.#panel;
    const post = (envelope: Envelope): void => void webview.postMessage(envelope);
    this.#pipe = new Pipe((message) => post({ channel: 'panel', message }));
    this.#whenReady = new Promise((resolve) => {
      this.#setReady = resolve;
    });
    this.#page = connect<Own, PageContract>(this.#pipe, answers, {
      'trainer/lost': ({ reason }) => this.#loseTrainer(reason),
      'page/problem': ({ message }) => log(message),
    });
    this.#own.add(
      webview.onDidReceiveMessage((data: unknown) => {
        if (!isEnvelope(data)) return;
        if (data.channel === 'trainer') this.#trainer?.deliver(data.message);
        else this.#pipe.deliver(data.message);
      }),
    );
    this.#own.add(
      this.#panel.onDidDispose(() => {
        this.#isGone = true;
        this.#loseTrainer(say('the panel was closed'));
        this.#pipe.close(say('the panel was closed'));
        this.#own.dispose();
      }),
    );
    const address = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString();
    webview.html = panelHtml({
      page,
      title,
      nonce: randomBytes(16).toString('hex'),
      source: webview.cspSource,
      script: address('webview.js'),
      style: address('webview.css'),
      trainer: address('trainer.js'),
    });
  }

  get emit(): ReturnType<typeof connect<Own, PageContract>>['emit'] {
    return this.#page.emit;
  }

  get isActive(): boolean {
    return this.#panel.active;
  }

  reveal(preserveFocus: boolean): void {
    this.#panel.reveal(undefined, preserveFocus);
  }

  /** To be called when the page asks for everything: a page that asks again was loaded anew, and its worker is gone. */
  pageIsReady(): void {
    this.#loseTrainer(say('the panel was loaded again'));
    this.#setReady();
  }

  /** Starts a worker in the page; `process.ended` when the page goes away before it runs. */
  async startTrainer(patience: number): Promise<Port> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Failure('process.ended', { process: 'panel', reason: say('it did not start') })),
        patience,
      );
    });
    const gone = new Promise<never>((_, reject) => {
      this.#pipe.onClose((reason) => reject(new Failure('process.ended', { process: 'panel', reason })));
    });
    try {
      await Promise.race([this.#whenReady, late, gone]);
    } finally {
      clearTimeout(timer);
    }
    await this.#page.call('trainer/start', null);
    const pipe = new Pipe((message) => {
      if (!this.#isGone) void this.#panel.webview.postMessage({ channel: 'trainer', message } satisfies Envelope);
    });
    this.#trainer = pipe;
    return pipe;
  }

  async stopTrainer(): Promise<void> {
    this.#trainer?.close(say('it was stopped'));
    this.#trainer = undefined;
    if (!this.#isGone) await this.#page.call('trainer/stop', null);
  }

  #loseTrainer(reason: string): void {
    this.#trainer?.close(reason);
    this.#trainer = undefined;
  }

  dispose(): void {
    this.#panel.dispose();
  }
}
