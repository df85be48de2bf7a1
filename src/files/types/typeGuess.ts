/** Finds the type of a column from all of its cells: one that gives every cell back as it was written, else text. */
import { dayForm } from './calendarForm.ts';
import { isShortWhole } from '../../data/loading/plainNumber.ts';
import { isExact, type NumberText, numberText } from './numberText.ts';
import type { RawCell } from './rawCell.ts';

const integer = 1;
const number = 2;
const boolean = 4;
const date = 8;
const datetime = 16;
const bytes = 32;
const json = 64;
const text = 128;

const wholeForm = /^-?[1-9]\d*$/;
const inInt64 = (value: bigint): boolean => BigInt.asIntN(64, value) === value;
const unsigned64 = 2n ** 64n - 1n;

/** VARCHAR for a text key (a key column needs a length): 255, or the next power of two that holds the longest. */
export function keyType(type: string, longest: number | null): string {
  if (type !== 'TEXT') return type;
  let size = 255;
  while (size < (longest ?? 0)) size = size === 255 ? 512 : size * 2;
  return `VARCHAR(${size})`;
}

/** Why a column of numbers is text all the same. */
export type TextReason = 'odd' | 'spelling' | 'digits' | 'quoted' | 'comma';

/** Of a column that is text, though more than half of its cells are something else. */
export interface OddCells {
  readonly reason: TextReason;
  /** Cells that are not NULL. */
  readonly cells: number;
  /** Of them those that are `kind`. */
  readonly most: number;
  readonly kind: 'numbers' | 'times' | 'booleans';
  /** Some of the others, as they are written, with how many there are. */
  readonly others: readonly (readonly [cell: string, count: number])[];
}

const shownOthers = 3;

/** A number with a comma in it, which stands before a fraction in some countries and between thousands in others. */
const commaForm = /^-?\d+(?:[,.]\d+)*,\d+(?:\.\d+)?$/;

/** What the cells of a column speak for, as far as they were heard of. */
export class TypeGuess {
  #kinds = 0;
  #fraction = 0;
  /** A whole number beyond ±2^53, which a DOUBLE would not keep; beyond 64 bits; beyond those without a sign. */
  #wide = false;
  #beyond = false;
  #beyondUnsigned = false;
  #negative = false;
  #longest = 0;
  #nulls = 0;
  #cells = 0;
  #counts = { numbers: 0, times: 0, booleans: 0 };
  readonly #others = new Map<string, number>();
  readonly #marked = new Map<string, number>();
  #quoted = 0;
  #unquotedTexts = 0;
  /** Digits after the point where there is one. */
  #least = Number.POSITIVE_INFINITY;
  #most = -1;
  /** What ends in a zero behind another digit after the point, as it is written. */
  #zeroEnd: string | null = null;
  /** A power without a point and a sign (`1E5`), which is a code as well as a number. */
  #bare: string | null = null;
  #isShown = false;
  #hasPower = false;
  #inexact: string | null = null;
  #commas = 0;
  /** The first number with a comma, as it is written. */
  #comma: string | null = null;
  #wholeDigits = 1;
  #fractionDigits = 0;
  /** CSV spells everything as text, so numbers are looked for in it; in JSON a text is a text, dates aside. */
  readonly #spelled: boolean;
  readonly #marks: ReadonlySet<string>;
  readonly #marksAreChosen: boolean;

  /** `marks`: cells that mean "missing"; `chosen` ones do so among texts too. */
  constructor(spelled: boolean, marks: ReadonlySet<string> = new Set(), marksAreChosen = false) {
    this.#spelled = spelled;
    this.#marks = marks;
    this.#marksAreChosen = marksAreChosen;
  }

  get nullable(): boolean {
    return this.#nulls > 0 || this.#marked.size > 0;
  }

  get longest(): number {
    return this.#longest;
  }

  /** Cells that mean "missing" in a column that is no text, and how many there were. */
  get marked(): readonly (readonly [string, number])[] {
    return [...this.#marked];
  }

  /** All of its texts stood in quotes, and none of the marks did: so a program wrote it that means NULL by them. */
  get marksAreNull(): boolean {
    return this.#marksAreChosen || (this.#marked.size > 0 && this.#quoted > 0 && this.#unquotedTexts === 0);
  }

  /** Cells that are neither NULL nor in quotes. */
  get unquoted(): number {
    return this.#cells - this.#quoted;
  }

  get quoted(): number {
    return this.#quoted;
  }

  add(cell: RawCell, quoted = false): void {
    if (typeof cell === 'string') this.#addText(cell, quoted);
    else if (cell === null) this.#nulls += 1;
    else this.#addTyped(cell);
  }

  addNulls(count: number): void {
    this.#nulls += count;
  }

  /** Numbers that were found to be plain ones already: how many, and the fewest and most digits after a point. */
  addPlain(count: number, quoted: number, hasWhole: boolean, least: number, most: number): void {
    this.#cells += count;
    this.#quoted += quoted;
    this.#counts.numbers += count;
    if (hasWhole) this.#kinds |= integer;
    if (most < 0) return;
    this.#kinds |= number;
    this.#isShown = true;
    this.#least = Math.min(this.#least, least);
    this.#most = Math.max(this.#most, most);
    this.#wholeDigits = Math.max(this.#wholeDigits, 15);
    this.#fractionDigits = Math.max(this.#fractionDigits, most);
  }

  #addTyped(cell: Exclude<RawCell, null | string>): void {
    this.#cells += 1;
    if (typeof cell === 'number') this.#addDouble(cell);
    else if (typeof cell === 'bigint') this.#addWhole(cell);
    else if (typeof cell === 'boolean') this.#kinds |= boolean;
    else if (cell instanceof Uint8Array) this.#kinds |= bytes;
    else if ('number' in cell) {
      const parts = numberText(cell.number);
      this.#isShown = true;
      if (parts) this.#addNumber(cell.number, parts);
      else this.#addOther(cell.number);
    } else this.#kinds |= json;
  }

  /** The digits count where the next number is one that no double holds: the type has to have room for both. */
  #addDouble(value: number): void {
    this.#isShown = true;
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
      this.#counts.numbers += 1;
      this.#kinds |= integer;
      while (Math.abs(value) >= 10 ** this.#wholeDigits) this.#wholeDigits += 1;
      return;
    }
    const cell = String(value);
    const parts = numberText(cell);
    if (parts) this.#addNumber(cell, parts);
    else this.#addOther(cell);
  }

  #addWhole(value: bigint): void {
    this.#counts.numbers += 1;
    this.#kinds |= integer;
    this.#wide ||= !Number.isSafeInteger(Number(value));
    this.#negative ||= value < 0n;
    if (inInt64(value)) return;
    this.#beyond = true;
    this.#beyondUnsigned ||= value < 0n || value > unsigned64;
    this.#wholeDigits = Math.max(this.#wholeDigits, value.toString().replace('-', '').length);
  }

  #addText(cell: string, quoted: boolean): void {
    if (cell.length > this.#longest) this.#longest = cell.length;
    // A quoted empty cell says nothing: it is '' in a text column and NULL in any other.
    if (cell === '' && this.#spelled) return;
    if (!this.#spelled) {
      this.#cells += 1;
      this.#addJsonText(cell);
      return;
    }
    const trimmed = isBlank(cell.charCodeAt(0)) || isBlank(cell.charCodeAt(cell.length - 1)) ? cell.trim() : cell;
    if (this.#marks.has(trimmed) && (!quoted || this.#marksAreChosen)) {
      this.#marked.set(trimmed, (this.#marked.get(trimmed) ?? 0) + 1);
      return;
    }
    this.#cells += 1;
    if (quoted) this.#quoted += 1;
    this.#addSpelled(trimmed, cell, quoted);
  }

  #addJsonText(cell: string): void {
    const day = dayForm(cell);
    if (day !== undefined) this.#addDay(day);
    // JSON documents of ours carry whole numbers beyond ±2^53 as text.
    else if (cell.length >= 16 && wholeForm.test(cell) && isLongInt64(cell)) this.#addWhole(BigInt(cell));
    else this.#addOther(cell);
  }

  #addDay(digits: number): void {
    this.#counts.times += 1;
    this.#kinds |= digits < 0 ? date : datetime;
    this.#fraction = Math.max(this.#fraction, digits);
  }

  #addSpelled(cell: string, whole: string, quoted: boolean): void {
    const first = cell.charCodeAt(0);
    if (first > 57 || first < 43) {
      if (/^(?:true|false)$/i.test(cell)) {
        this.#counts.booleans += 1;
        this.#kinds |= boolean;
      } else this.#addOther(whole, quoted);
      return;
    }
    if (isShortWhole(cell)) {
      this.#counts.numbers += 1;
      this.#kinds |= integer;
      this.#wholeDigits = Math.max(this.#wholeDigits, cell.length);
      return;
    }
    if (cell.length < 20_000 && wholeForm.test(cell)) {
      this.#addWhole(BigInt(cell));
      return;
    }
    const parts = cell.length < 20_000 ? numberText(cell) : undefined;
    if (parts) {
      this.#addNumber(cell, parts);
      return;
    }
    const day = dayForm(cell);
    if (day !== undefined) this.#addDay(day);
    else {
      if (commaForm.test(cell)) {
        this.#commas += 1;
        this.#comma ??= cell;
      }
      this.#addOther(whole, quoted);
    }
  }

  #addOther(cell: string, quoted = true): void {
    this.#kinds |= text;
    if (!quoted) this.#unquotedTexts += 1;
    const shown = cell.length > 30 ? `${cell.slice(0, 30)}…` : cell;
    const seen = this.#others.get(shown);
    if (seen !== undefined) this.#others.set(shown, seen + 1);
    else if (this.#others.size < shownOthers) this.#others.set(shown, 1);
  }

  #addNumber(cell: string, parts: NumberText): void {
    const { fraction, power } = parts;
    this.#counts.numbers += 1;
    this.#kinds |= number;
    if (power !== undefined) {
      this.#hasPower = true;
      if (fraction < 0 && !/^[+-]/.test(power)) this.#bare ??= cell;
      else this.#isShown = true;
    }
    if (fraction >= 0) {
      this.#isShown = true;
      this.#least = Math.min(this.#least, fraction);
      this.#most = Math.max(this.#most, fraction);
      if (power === undefined && fraction > 1 && cell.endsWith('0')) this.#zeroEnd ??= cell;
    }
    if (!isExact(cell, parts)) this.#inexact ??= cell;
    this.#wholeDigits = Math.max(this.#wholeDigits, parts.exponent, 1);
    this.#fractionDigits = Math.max(this.#fractionDigits, parts.digits.length - parts.exponent, 0);
  }

  /** Tells of a plain number that ends in a zero behind the point. */
  addZeroEnd(cell: string): void {
    this.#zeroEnd ??= cell;
  }

  /** In MySQL words. `holds`: whether the store can have a column of a type. */
  type(holds: (type: string) => boolean): string {
    return this.#decide(holds).type;
  }

  /** What is to be said of a column that is text, and seems to be something else; null where nothing is. */
  odd(holds: (type: string) => boolean): OddCells | null {
    const { type, reason } = this.#decide(holds);
    if (type !== 'TEXT') return null;
    const [kind, most] = (Object.entries(this.#counts) as [OddCells['kind'], number][]).reduce((a, b) =>
      b[1] > a[1] ? b : a,
    );
    const others: readonly (readonly [string, number])[] = [...this.#others, ...this.#marked];
    const cells = this.#cells + [...this.#marked.values()].reduce((sum, count) => sum + count, 0);
    if (this.#comma !== null && this.#commas * 2 > cells)
      return { reason: 'comma', cells, most: this.#commas, kind: 'numbers', others: [[this.#comma, 1]] };
    if (most * 2 <= cells) return null;
    const example = {
      comma: null,
      spelling: this.#zeroEnd ?? this.#bare,
      digits: this.#inexact,
      quoted: null,
      odd: null,
    }[reason ?? 'odd'];
    return { reason: reason ?? 'odd', cells, most, kind, others: example === null ? others : [[example, 1]] };
  }

  #decide(holds: (type: string) => boolean): { type: string; reason?: TextReason } {
    const kinds = this.#kinds;
    if (kinds & bytes) return { type: kinds === bytes ? 'BLOB' : 'JSON' };
    if (kinds & json) return { type: 'JSON' };
    if (kinds !== 0 && (kinds & ~(integer | number)) === 0) return this.#decideNumber(holds);
    if (kinds === boolean) return { type: 'BOOLEAN' };
    if (kinds === date) return { type: 'DATE' };
    if (kinds === datetime || kinds === (date | datetime))
      return { type: this.#fraction <= 0 ? 'DATETIME' : `DATETIME(${this.#fraction})` };
    return { type: 'TEXT' };
  }

  #decideNumber(holds: (type: string) => boolean): { type: string; reason?: TextReason } {
    if (this.#kinds === integer) {
      if (!this.#beyond) return { type: 'BIGINT' };
      if (!this.#beyondUnsigned && !this.#negative && holds('BIGINT UNSIGNED')) return { type: 'BIGINT UNSIGNED' };
      return this.#decimal(0, holds);
    }
    if (this.#bare !== null && !this.#isShown) return { type: 'TEXT', reason: 'spelling' };
    // 1.10 beside 1.1 is another version; all with as many digits are amounts.
    if (this.#zeroEnd !== null && this.#least !== this.#most) return { type: 'TEXT', reason: 'spelling' };
    if (this.#inexact === null && !this.#wide) return { type: 'DOUBLE' };
    return this.#hasPower ? { type: 'TEXT', reason: 'digits' } : this.#decimal(this.#fractionDigits, holds);
  }

  #decimal(scale: number, holds: (type: string) => boolean): { type: string; reason?: TextReason } {
    const whole = this.#wide ? Math.max(this.#wholeDigits, 19) : this.#wholeDigits;
    const type = `DECIMAL(${Math.max(whole + scale, 1)},${scale})`;
    return holds(type) ? { type } : { type: 'TEXT', reason: 'digits' };
  }
}

const isBlank = (code: number): boolean => code === 32 || code === 9 || code === 0xa0;

const isLongInt64 = (cell: string): boolean =>
  cell.length <= 20 && inInt64(BigInt(cell)) && !Number.isSafeInteger(Number(cell));
