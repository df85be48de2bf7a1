// The spools of a panel: one numbering over several engines, and no rows of another process under an old number.
import { beforeEach, expect, test, vi } from 'vitest';
import { Failure } from '../../../src/base/failure.ts';
import { type SpoolSource, wholeView } from '../../../src/protocol/engine.ts';
import type { SpoolEngine } from '../../../src/extension/panels/panelSpools.ts';

vi.mock('vscode', () => ({ workspace: {} }));

const { PanelSpools } = await import('../../../src/extension/panels/panelSpools.ts');

const source: SpoolSource = { kind: 'query', query: { sql: 'SELECT 1', database: null } };
const view = wholeView;

/** An engine that counts its spools from one in each process, and says of which process a page is. */
class TestEngine {
  readonly label: string;
  readonly asked: string[] = [];
  process: { readonly number: number } | undefined = { number: 1 };
  #next = 1;

  constructor(label: string) {
    this.label = label;
  }

  /** The process is lost, and started again when it is next asked. */
  lose(): void {
    this.process = undefined;
    this.#next = 1;
  }

  async call(name: string, { id }: { id: number }): Promise<unknown> {
    this.process ??= { number: 2 };
    this.asked.push(`${name} ${id}`);
    return `${this.label} ${this.process.number}/${id}`;
  }

  async *stream(): AsyncGenerator<unknown, unknown> {
    this.process ??= { number: 2 };
    const id = this.#next++;
    yield { id, columns: [], rows: 1 };
    return { truncated: false, affected: 0 };
  }
}

let spools: InstanceType<typeof PanelSpools>;
let rows: TestEngine;
let deltas: TestEngine;

beforeEach(() => {
  spools = new PanelSpools();
  rows = new TestEngine('rows');
  deltas = new TestEngine('deltas');
});

const engineOf = (engine: TestEngine): SpoolEngine => engine as unknown as SpoolEngine;

async function open(engine: TestEngine): Promise<number> {
  const steps = spools.open(engineOf(engine), source, 0);
  for (;;) {
    const step = await steps.next();
    if (step.done) return step.value?.spool.id ?? 0;
  }
}

const page = (id: number): Promise<unknown> => spools.page({ id, start: 0, count: 10, view });

test('engines that number alike are told apart', async () => {
  const first = await open(rows);
  const second = await open(deltas);
  const third = await open(rows);
  expect(new Set([first, second, third]).size).toBe(3);
  expect([await page(first), await page(second), await page(third)]).toEqual(['rows 1/1', 'deltas 1/1', 'rows 1/2']);
});

test('rows that went with their process are said to be gone, also when the next process has some of that number', async () => {
  const old = await open(rows);
  rows.lose();
  await expect(page(old)).rejects.toMatchObject({ code: 'spool.lost', data: { store: 'rows' } });
  const anew = await open(rows);
  expect(await page(anew)).toBe('rows 2/1');
  await expect(page(old)).rejects.toBeInstanceOf(Failure);
  await expect(spools.distribution({ id: old, column: 0 })).rejects.toMatchObject({ code: 'spool.lost' });
});

test('closing lets the rows go in their engine, and never those of another process', async () => {
  const kept = await open(deltas);
  const old = await open(rows);
  rows.lose();
  await open(rows);
  await spools.close(old);
  await spools.close(old);
  expect(rows.asked).toEqual([]);
  spools.end();
  expect(deltas.asked).toEqual(['spool/close 1']);
  expect(rows.asked).toEqual(['spool/close 1']);
  await expect(page(kept)).rejects.toThrow('closed');
});
