/** The bits of 0.1: weights and artifacts of runs of every shape, as ac96fc6 made them. No later version may change one. */
import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/base/random.ts';
import type { Value } from '../../../src/data/value.ts';
import { changedTable, shop, shopRows } from '../support/shop.ts';
import { runCase } from '../support/runCase.ts';
import { type Case, caseOf, options, type Table } from '../support/cases.ts';

const first = shop(0, 1_500);
const second = changedTable(first, shopRows(1_500, 1_800));
const harsh = { ...options, replayShare: 0, replayRows: 0, learningRate: 3 };

/** Rows with a class and a category that `first` has not, others changed, and some gone. */
const grown = changedTable(first, [
  ...[...shopRows(1_500, 1_700)].map(([key, row]): [number, Value[]] => [
    key,
    [row[0] ?? null, row[1] ?? null, 'Basel', row[3] ?? null, row[4] ?? null, 'huge'],
  ]),
  ...[...shopRows(0, 60, 'corrected')],
  ...Array.from({ length: 40 }, (_, i): [number, null] => [100 + i, null]),
]);

/** More rows than a block holds. */
function long(rows: number): Table {
  const random = seededRandom('long');
  const all = new Map<number, Value[]>();
  for (let key = 0; key < rows; key++) {
    const x = [random.fraction(), random.fraction(), random.fraction()];
    const score = (x[0] ?? 0) + 2 * (x[1] ?? 0) - (x[2] ?? 0) + random.fraction() * 0.2;
    all.set(key, [...x, score > 1.2 ? 'a' : score > 0.8 ? 'b' : 'c']);
  }
  const columns = ['x', 'y', 'z'].map((name) => ({ name, type: 'DOUBLE' }));
  return { columns: [...columns, { name: 'kind', type: 'VARCHAR(1)' }], rows: all };
}

interface Link {
  readonly one: Case;
  readonly weights: string;
  readonly artifact: string;
  /** Ways of the attempts, and the one that was kept. */
  readonly attempts?: readonly [string, number];
}

/** Runs each link on the model of the one before. */
async function expectBits(links: readonly Link[]): Promise<void> {
  let parent: Uint8Array | null = null;
  const found: unknown[] = [];
  const wanted: unknown[] = [];
  for (const { one, weights, artifact, attempts } of links) {
    const result = await runCase(one, { parent: one.plan.kind === 'delta' ? parent : null });
    parent = result.artifact;
    const ways = result.attempts.map(({ way }) => way).join(' ');
    found.push({ weights: result.weightsSha256, artifact: result.artifactSha256, attempts: [ways, result.kept] });
    wanted.push({ weights, artifact, attempts: attempts ?? ['', 0] });
  }
  expect(found).toEqual(wanted);
}

test('a full fit, its delta, and the delta of that', async () => {
  await expectBits([
    {
      one: caseOf(first),
      weights: 'e59c54ba3a0c94b37741c629fd64d86bddc210404883b2fe4cd30b68718cfb56',
      artifact: 'f2e1e30cbcb753171ef27186d895559c2ffafece1c835a746a38396968145aab',
    },
    {
      one: caseOf(second, { before: first }),
      weights: '24b026006234d9d9b2e9b768a1fbc2d03a161806fd9023fecafd75fd270e826e',
      artifact: 'ced20226849aeef603dc2d0a93372339f6d63d08027eb4681ef6c6f4ac1d2711',
      attempts: ['recipe', 0],
    },
    {
      one: caseOf(grown, { before: second, version: 3, slices: ['place'] }),
      weights: '851a4990c79e749012930cf8bd482a7baf7002cb63edab5f61175df905bbe626',
      artifact: 'c56a42fe059fc6cf7f8a13f177771ebbdcb8eb0e727e009db70caeea49126c87',
      attempts: ['recipe', 0],
    },
  ]);
});

test('a new class, corrected rows and deleted ones', async () => {
  await expectBits([
    {
      one: caseOf(first, { seed: 7 }),
      weights: '137ec62add6b1685fc1056e803300242eaa00f0272403f3deeed694c590e797c',
      artifact: '6809d716e8d119da4a6b032d486c7ab609b0c4605faa5bf2194097753332022e',
    },
    {
      one: caseOf(grown, { before: first, seed: 7 }),
      weights: '03710ccab271cc2beeb5b312557c2693260b4fb8fbd7ee773ac2ec90f182f7a5',
      artifact: '919170c054fa536306ecf38359a2d97003659a5b2e739b44f0addf41d5229542',
      attempts: ['recipe', 0],
    },
  ]);
});

test.each([
  [
    'no hidden layer',
    { hidden: [] },
    [
      'dd72bda2fe16031f9dfe3cadb3683d641dd59c73f113624a51e2116c57013fd7',
      'e3aa8754417a2302f136e544b37f548d9f0613b47c24a83967724fbd26b5265b',
      '620428006439b1e9882b61d574222d41f5b2093006bf9eb3fd6bafbaa300d6be',
      '88d7cd33a768a1782714e039d83ab974b926f33e78c0beb550a0939f67ff450a',
    ],
  ],
  [
    'three hidden layers and an odd batch',
    { hidden: [17, 9, 5], batch: 100 },
    [
      'aa0b60d5a909bfd12e0286231ea10f1797e3acb97b5361a0591feb1fe504243e',
      '362193d0c03f12f308201d8e25a60efbe4251889c2a29a7c2dcf2dea676ead13',
      'd55c0cb04ad9862c85946f3757d5b402c81fca5dd89c462496b70ab8bb72ee32',
      'c5fbd6a62704577bbd2745c76c43f08b64458d85237cc80153115177d3aa47f3',
    ],
  ],
  [
    'no distillation',
    { distillation: 0 },
    [
      'e59c54ba3a0c94b37741c629fd64d86bddc210404883b2fe4cd30b68718cfb56',
      '406914b21c467a288ad62744ee6393a275daf0f94d3bfc39b6125ce75993087c',
      'bd7341a3522d7261b83486952db150f100ab56438767ff67552da438585408dd',
      '91ad21dd5be90a7bf9b46cc12d46f26999a24660575d7f693d25e1ca573cc319',
    ],
  ],
  [
    'few epochs at a lower rate',
    { epochs: 3, learningRate: 1e-3 },
    [
      '380bf4c57eab452e7b5693341137d49e22f217007bc1585aa4ae7d1f245364ec',
      'bb2c41d399fe802d84290915a7724e1b7c02068819455653bd9bf5cf18bdbe39',
      'fa8e8222253f4ebc5f64b42f0870bee74ff4e0485be615f725cfcc0f91b44302',
      '041769bff66826589cb0f1fed58ad24fc8d651f040972e644f6ac07aee5d0dcc',
    ],
  ],
  [
    'a sample for replay',
    { replayRows: 0, replayShare: 0.3 },
    [
      'e59c54ba3a0c94b37741c629fd64d86bddc210404883b2fe4cd30b68718cfb56',
      '7da09f63d2786529cdc27e35cb98d74d347e460048cf21a333dc6c90846afe98',
      '642f107bba35add6e33fe412ad303726a94e347a8cd789257952c158e698ac44',
      'b28c8d25419514fb896d1d4da50b47be2fefd236c01cd2522c4e7b4148ce4944',
    ],
  ],
])('with %s', async (_, change, [a = '', b = '', c = '', d = '']) => {
  const own = { ...options, ...change };
  await expectBits([
    { one: caseOf(first, { options: own }), weights: a, artifact: b },
    { one: caseOf(second, { before: first, options: own }), weights: c, artifact: d, attempts: ['recipe', 0] },
  ]);
});

test('every attempt of a delta run', async () => {
  await expectBits([
    {
      one: caseOf(first),
      weights: 'e59c54ba3a0c94b37741c629fd64d86bddc210404883b2fe4cd30b68718cfb56',
      artifact: 'f2e1e30cbcb753171ef27186d895559c2ffafece1c835a746a38396968145aab',
    },
    {
      one: caseOf(second, { before: first, options: harsh }),
      weights: 'a45a26e36b209232486add90496cb9bfb29ea9c4536de13f101517aded39df7c',
      artifact: '052922fd35532899dc7c86c27750cc2be5cad268304730a9ecc07b984079e2c5',
      attempts: ['recipe slower all full', 1],
    },
  ]);
});

test('more rows than a block holds', async () => {
  const now = long(100_000);
  const before = { columns: now.columns, rows: new Map([...now.rows].filter(([key]) => Number(key) % 10 > 0)) };
  const own = { ...options, epochs: 1, replayShare: 1 };
  await expectBits([
    {
      one: caseOf(before, { options: own }),
      weights: 'e794177b862fded98e32fd90965c6a6c0c3b81cc279a6714ed168b379a5c4c88',
      artifact: '5453017d03293a9c84b98d7c10f990d253054797877b8bc7aee3cc26044aa874',
    },
    {
      one: caseOf(now, { before, options: own }),
      weights: '7b1f43e47e3cd20749cc5478ee27f55ad9713a491d59d25ddbbc889c50ff0201',
      artifact: '6e4581988794e2435b80f25022cdbb1f6acc07b9b2b4f43415c83f533c1e3ffb',
      attempts: ['recipe', 0],
    },
  ]);
});
