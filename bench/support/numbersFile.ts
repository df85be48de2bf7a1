/** The CSV file that the benches of imports read: a key, eight numbers, a letter, a day, 0 or 1. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

export const columns: readonly string[] = [
  'id',
  ...Array.from({ length: 8 }, (_, i) => `x${i}`),
  'letter',
  'day',
  'flag',
];

/** `changed`: every tenth row has other numbers, as a later file has. */
export async function writeFile(file: string, rows: number, changed: boolean): Promise<void> {
  const to = createWriteStream(file);
  let state = 1;
  const next = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  to.write(`${columns.join(',')}\n`);
  for (let start = 0; start < rows; start += 10_000) {
    let text = '';
    for (let id = start; id < Math.min(rows, start + 10_000); id++) {
      const shift = changed && id % 10 === 0 ? 1 : 0;
      const numbers = Array.from({ length: 8 }, () => (next() * 10 - 5 + shift).toPrecision(6).replace(/\.?0+$/, ''));
      const day = `20${10 + Math.floor(next() * 14)}-0${1 + Math.floor(next() * 9)}-1${Math.floor(next() * 10)}`;
      text += `${id},${numbers.join(',')},${'abcdefgh'[Math.floor(next() * 8)] ?? ''},${day},${next() < 0.5 ? 0 : 1}\n`;
    }
    if (!to.write(text)) await once(to, 'drain');
  }
  to.end();
  await once(to, 'finish');
}
