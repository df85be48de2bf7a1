/** The classes of a model: label texts in the order of its outputs. */
import { byCodeUnit } from './encode/encoder.ts';

/** Texts numbered in the order in which they are first met. */
export class TextNumbers {
  readonly texts: string[];
  readonly #numbers: Map<string, number>;

  constructor(texts: readonly string[] = []) {
    this.texts = [...texts];
    this.#numbers = new Map(texts.map((text, i) => [text, i]));
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.texts.length;
    this.texts.push(text);
    this.#numbers.set(text, number);
    return number;
  }

  /** -1 when the text was never met. */
  find(text: string): number {
    return this.#numbers.get(text) ?? -1;
  }
}

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text));

/** The order of the classes of a full fit: numbers by size, else by code unit. */
export const inClassOrder = (texts: readonly string[]): string[] =>
  texts.every(isNumber)
    ? [...texts].sort((a, b) => Number(a) - Number(b) || byCodeUnit(a, b))
    : [...texts].sort(byCodeUnit);
