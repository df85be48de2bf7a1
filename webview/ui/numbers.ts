/** How numbers read in the panel: figures that line up, a real minus sign, no needless digits. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const minus = '−';

/** `43,840` */
export const count = (n: number): string => whole.format(n).replace('-', minus);

/** `412k`, `1.05M`; below 10,000 in full. */
export function compact(n: number): string {
  if (n < 9_999.5) return count(n);
  const [scaled, unit] = n < 999_500 ? [n / 1e3, 'k'] : n < 999_500_000 ? [n / 1e6, 'M'] : [n / 1e9, 'G'];
  return `${Number(scaled.toPrecision(3))}${unit}`;
}

/** An accuracy: `.842`; one is `1.00`. */
export const share = (x: number): string => {
  const text = x.toFixed(3);
  return text.startsWith('0') ? text.slice(1) : x.toFixed(2);
};

/** A difference of shares in points, signed: `+0.9`, `−13.1`; zero has no sign. */
export function points(difference: number, digits = 1): string {
  const text = Math.abs(difference * 100).toFixed(digits);
  if (Number(text) === 0) return text;
  return `${difference < 0 ? minus : '+'}${text}`;
}

/** `20 %`; small shares keep a digit. */
export const percent = (x: number): string =>
  `${x !== 0 && Math.abs(x) < 0.0995 ? (x * 100).toFixed(1) : (x * 100).toFixed(0)} %`;

/** `85 ms`, `2.4 s`, `2 min 03 s` */
export function duration(seconds: number): string {
  if (seconds < 0.0995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 99.5) return `${seconds.toFixed(seconds < 9.95 ? 1 : 0)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${minutes} min ${String(Math.round(seconds) % 60).padStart(2, '0')} s`;
}

/** `p < .001`, `p = .032` */
export const chance = (p: number): string => (p < 0.001 ? 'p < .001' : `p = ${p.toFixed(3).replace(/^0/, '')}`);

/** `+730` / `~200` / `−3`, by flag. */
export const signs = { inserted: '+', updated: '~', deleted: minus } as const;

/** The day and minute in local time: `2026-11-24 18:31`. */
export function moment(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The first characters of a hash, enough to tell two apart by eye. */
export const shortHash = (hash: string): string => hash.slice(0, 8);
