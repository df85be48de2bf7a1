/**
 * Asks for lenses again when the editor does not. An editor that loses the focus drops what it was about to ask for, and an event
 * that comes just before is lost with it: a file that opens while another view takes the focus would stay without lenses.
 */

/** Long enough for the editor's own delay, in ms. */
const patience = 1_000;
/** An editor that has lenses switched off never asks. */
const mostTries = 5;

export interface LensNudgeOptions {
  /** Makes the editor ask for the lenses of a document. */
  readonly refresh: (uri: string) => void;
  /** An editor that is not on the screen asks when it is shown. */
  readonly isVisible: (uri: string) => boolean;
}

export class LensNudge {
  readonly #options: LensNudgeOptions;
  readonly #waiting = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(options: LensNudgeOptions) {
    this.#options = options;
  }

  /** Refreshes the lenses of a document, and again as long as nobody asks for them. */
  refresh(uri: string, tries = mostTries): void {
    this.asked(uri);
    this.#options.refresh(uri);
    if (tries <= 1) return;
    const again = (): void => {
      this.#waiting.delete(uri);
      if (this.#options.isVisible(uri)) this.refresh(uri, tries - 1);
    };
    this.#waiting.set(uri, setTimeout(again, patience));
  }

  /** The editor asked for the lenses of a document, or closed it. */
  asked(uri: string): void {
    clearTimeout(this.#waiting.get(uri));
    this.#waiting.delete(uri);
  }

  dispose(): void {
    for (const uri of [...this.#waiting.keys()]) this.asked(uri);
  }
}
