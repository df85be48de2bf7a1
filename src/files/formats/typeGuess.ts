/** Finds the type of a column from all of its cells. */
import { isDay } from '../../base/calendar.ts';
import type { RawCell } from './rawTable.ts';

const integer = 1;
const number = 2;
const boolean = 4;
const date = 8;
const datetime = 16;
const bytes = 32;
const json = 64;
const text = 128;

const integerForm = /^-?(?:0|[1-9]\d*)$/;
const numberForm = /^[+-]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
const dateForm = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.(\d{1,6}))?)?$/;
const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
const inInt64 = (value: bigint): boolean => value >= int64.min && value <= int64.max;

/** VARCHAR for a text key (a key column needs a length): 255, or the next power of two that holds the longest. */
export function keyType(type: string, longest: number | null): string {
  if (type !== 'TEXT') return type;
  let size = 255;
  while (size < (longest ?? 0)) size = size === 255 ? 512 : size * 2;
  return `VARCHAR(${size})`;
}

export class TypeGuess {
  #kinds = 0;
  #fraction = 0;
  /** A whole number beyond ±2^53 was seen, which a DOUBLE would not keep. */
  #wide = false;
  #longest = 0;
  #nullable = false;
  /** CSV spells everything as text, so numbers are looked for in it; in JSON a text is a text, dates aside. */
  readonly #spelled: boolean;

  constructor(spelled: boolean) {
    this.#spelled = spelled;
  }

  get nullable(): boolean {
    return this.#nullable;
  }

  get longest(): number {
    return this.#longest;
  }

  add(cell: RawCell): void {
    if (cell === null) this.#nullable = true;
    else if (typeof cell === 'string') this.#addText(cell);
    else if (typeof cell === 'number') this.#addNumber(cell);
    else if (typeof cell === 'bigint') this.#addWhole(cell);
    else if (typeof cell === 'boolean') this.#kinds |= boolean;
    else this.#kinds |= cell instanceof Uint8Array ? bytes : json;
  }

  #addNumber(value: number): void {
    if (!Number.isInteger(value) || Object.is(value, -0)) this.#kinds |= number;
    else if (Number.isSafeInteger(value)) this.#kinds |= integer;
    else this.#kinds |= number;
  }

  #addWhole(value: bigint): void {
    if (!inInt64(value)) {
      this.#kinds |= text;
      return;
    }
    this.#kinds |= integer;
    this.#wide ||= !Number.isSafeInteger(Number(value));
  }

  #addText(value: string): void {
    if (value.length > this.#longest) this.#longest = value.length;
    // A quoted empty cell says nothing: it is '' in a text column and NULL in any other.
    if (value === '' && this.#spelled) return;
    this.#kinds |= this.#kindOf(value);
  }

  #kindOf(value: string): number {
    if (integerForm.test(value) && value !== '-0') return this.#kindOfWhole(value);
    const day = dateForm.exec(value);
    if (day && isDay(Number(day[1]), Number(day[2]), Number(day[3]))) {
      if (value.length === 10) return date;
      this.#fraction = Math.max(this.#fraction, day[4]?.length ?? 0);
      return datetime;
    }
    if (!this.#spelled) return text;
    if (numberForm.test(value) && Number.isFinite(Number(value))) return number;
    return /^(?:true|false)$/i.test(value) ? boolean : text;
  }

  #kindOfWhole(value: string): number {
    const safe = value.length < 16 || Number.isSafeInteger(Number(value));
    // JSON documents of ours carry whole numbers beyond ±2^53 as text.
    if (safe) return this.#spelled ? integer : text;
    if (!inInt64(BigInt(value))) return text;
    this.#wide = true;
    return integer;
  }

  /** In MySQL words. */
  get type(): string {
    const datetimeType = this.#fraction === 0 ? 'DATETIME' : `DATETIME(${this.#fraction})`;
    switch (this.#kinds) {
      case integer:
        return 'BIGINT';
      case number:
        return 'DOUBLE';
      case integer | number:
        return this.#wide ? 'TEXT' : 'DOUBLE';
      case boolean:
        return 'BOOLEAN';
      case date:
        return 'DATE';
      case datetime:
      case date | datetime:
        return datetimeType;
      case bytes:
        return 'BLOB';
      default:
        return this.#kinds & json || this.#kinds & bytes ? 'JSON' : 'TEXT';
    }
  }
}
