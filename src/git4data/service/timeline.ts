/** What a text itself makes and drops, kept once for all its statements: each asks for what stands before it. */

interface Happened {
  readonly place: number;
  readonly isMade: boolean;
}

export class Timeline {
  readonly #happened = new Map<string, Happened[]>();

  add(name: string, place: number, isMade: boolean): void {
    const known = this.#happened.get(name);
    if (known) known.push({ place, isMade });
    else this.#happened.set(name, [{ place, isMade }]);
  }

  before(place: number): Before {
    return new Before(this.#happened, place);
  }
}

/** The part of a timeline before one statement. */
export class Before {
  readonly #happened: ReadonlyMap<string, readonly Happened[]>;
  readonly #place: number;

  constructor(happened: ReadonlyMap<string, readonly Happened[]>, place: number) {
    this.#happened = happened;
    this.#place = place;
  }

  /** Whether the last statement about it makes it or drops it; undefined where none is about it. */
  get(name: string): boolean | undefined {
    const list = this.#happened.get(name);
    if (!list) return undefined;
    let [low, high] = [0, list.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((list[middle]?.place ?? 0) < this.#place) low = middle + 1;
      else high = middle;
    }
    return list[low - 1]?.isMade;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The first statement that is about it: earlier ones have smaller numbers. */
  firstPlace(name: string): number | undefined {
    const first = this.#happened.get(name)?.[0]?.place;
    return first !== undefined && first < this.#place ? first : undefined;
  }

  /** What is there because the text makes it. */
  *names(): Generator<string> {
    for (const name of this.#happened.keys()) if (this.get(name) === true) yield name;
  }
}
