/** Owners of things that must end together, in the shape VS Code uses, so that pure code needs no `vscode`. */

/** What is ended once by whoever owns it; VS Code's own have this shape. */
export interface Disposable {
  dispose(): void;
}

/** Owns what must end together, last in first out; whatever arrives after the end is ended on arrival. */
export class Disposables implements Disposable {
  #items: Disposable[] | undefined = [];

  add<T extends Disposable>(item: T): T {
    if (this.#items) this.#items.push(item);
    else item.dispose();
    return item;
  }

  dispose(): void {
    const items = this.#items ?? [];
    this.#items = undefined;
    for (const item of items.reverse()) item.dispose();
  }
}
