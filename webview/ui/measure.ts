/** Widths of elements that draw themselves to fit: known after the first drawing, told again when they change. */

/** The width of each named element in CSS pixels; `changed` is called when one of them is another. */
export class Measures {
  readonly #changed: () => void;
  readonly #widths = new Map<string, number>();
  readonly #names = new WeakMap<Element, string>();
  readonly #observer: ResizeObserver;

  constructor(changed: () => void) {
    this.#changed = changed;
    this.#observer = new ResizeObserver((entries) => {
      let moved = false;
      for (const entry of entries) {
        const name = this.#names.get(entry.target);
        const width = Math.floor(entry.contentRect.width);
        // A hidden element has no width; what it had is the better guess.
        if (name === undefined || width === 0 || this.#widths.get(name) === width) continue;
        this.#widths.set(name, width);
        moved = true;
      }
      if (moved) this.#changed();
    });
  }

  /** For a template's `ref`: the element is measured under this name from now on. */
  follow(name: string): (element: Element | undefined) => void {
    return (element) => {
      if (!element || this.#names.get(element) === name) return;
      this.#names.set(element, name);
      this.#observer.observe(element);
    };
  }

  widthOf(name: string, unknown: number): number {
    return this.#widths.get(name) ?? unknown;
  }
}
