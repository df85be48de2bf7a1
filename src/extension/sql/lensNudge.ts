/**
 * Asks for lenses again when the editor does not. An editor that loses the focus drops what it was about to ask for, and an event
 * that comes just before is lost with it: a file that opens while another view takes the focus would stay without lenses.
 */

/** Long enough for the editor's own delay, in ms; twice as long after each try. */
const patience = 1_000;
/** An editor that has lenses switched off never asks. */
const mostTries = 7;

export interface LensNudgeOptions {
  /** Makes the editor ask for the lenses of a document. */
  readonly refresh: (uri: string) => void;
  /** An editor that is not on the screen asks when it is shown. */
  readonly isVisible: (uri: string) => boolean;
}

/** What one document waits for. */
interface Wanted {
  timer: ReturnType<typeof setTimeout> | undefined;
  tries: number;
}

export class LensNudge {
  readonly #options: LensNudgeOptions;
  readonly #wanted = new Map<string, Wanted>();

  constructor(options: LensNudgeOptions) {
    this.#options = options;
  }

  /** Refreshes the lenses of a document, and again as long as no answer to that arrives. */
  refresh(uri: string): void {
    this.#forget(uri);
    const wanted: Wanted = { timer: undefined, tries: 0 };
    this.#wanted.set(uri, wanted);
    this.#try(uri, wanted);
  }

  /** Editors came or went: one that still lacks its lenses is told again. */
  shown(): void {
    for (const [uri, wanted] of this.#wanted)
      if (wanted.timer === undefined && this.#options.isVisible(uri)) this.refresh(uri);
  }

  /**
   * The editor asks for the lenses of a document. What comes back is called when it has them: an answer that it does not wait for any
   * more, or that was asked for before the last refresh, shows nothing.
   */
  asks(uri: string): () => void {
    const wanted = this.#wanted.get(uri);
    return () => {
      if (wanted && this.#wanted.get(uri) === wanted) this.#forget(uri);
    };
  }

  /** The document is closed. */
  closed(uri: string): void {
    this.#forget(uri);
  }

  dispose(): void {
    for (const uri of [...this.#wanted.keys()]) this.#forget(uri);
  }

  #try(uri: string, wanted: Wanted): void {
    wanted.timer = undefined;
    if (!this.#options.isVisible(uri)) return;
    this.#options.refresh(uri);
    wanted.tries += 1;
    if (wanted.tries < mostTries)
      wanted.timer = setTimeout(() => this.#try(uri, wanted), patience * 2 ** (wanted.tries - 1));
    else this.#forget(uri);
  }

  #forget(uri: string): void {
    clearTimeout(this.#wanted.get(uri)?.timer);
    this.#wanted.delete(uri);
  }
}
