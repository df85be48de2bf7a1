/** A document of JSON by its value: the same text for every way to write it. */

/** The reviver's source text is part of ES2025, which the compiler's library does not know yet. */
const json = JSON as unknown as {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
};

/** A number by its digits and its power of ten: 1.0, 1 and 10e-1 are one, and no digit is lost. */
function numberValue(source: string): string {
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? [];
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  if (digits === '') return '0';
  return `${sign}${digits}e${Number(power) - fraction.length + (all.length - digits.length)}`;
}

/** Numbers are marked, so that no text is one. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function written(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${written(part)}`).join(',')}}`;
}

/** As it is where it is no JSON; documents that MySQL calls equal give the same text. */
export function jsonValue(text: string): string {
  try {
    return written(
      json.parse(text, (_, value, { source }) =>
        typeof value === 'number' && source !== undefined ? new Digits(numberValue(source)) : value,
      ),
    );
  } catch {
    return text;
  }
}
