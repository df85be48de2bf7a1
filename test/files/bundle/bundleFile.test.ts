import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readBundle, writeBundle } from '../../../src/files/bundle/bundleFile.ts';

test('a store that packs to next to nothing comes back from its bundle, and nobody warns of anything', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deltatrain-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const warnings: Error[] = [];
  const heard = (warning: Error): void => void warnings.push(warning);
  process.on('warning', heard);
  onTestFinished(() => void process.off('warning', heard));
  const store = Buffer.alloc(100 << 20, 'the same row again and again\n');
  const [from, to, file] = [join(folder, 'store.db'), join(folder, 'again.db'), join(folder, 'a.dtb')] as const;
  writeFileSync(from, store);
  const { signal } = new AbortController();
  await writeBundle(file, { training: 'x' }, from, signal);
  expect(statSync(file).size).toBeLessThan(store.length / 2);
  const bundle = await readBundle(file, signal);
  expect(bundle.header).toMatchObject({ training: 'x', store: { bytes: store.length } });
  await bundle.unpack(to, signal);
  expect(readFileSync(to).equals(store)).toBe(true);
  expect(warnings.map(({ name }) => name)).not.toContain('MaxListenersExceededWarning');
});
