/** The judgement of one run: sees its rows as they pass, asks the parent about what changed, and holds the child against its rivals. */
import { at } from '../../base/assert.ts';
import type { DeltaPage } from '../../data/change.ts';
import type { DataNote, DataVerdict, Suspects } from '../../data/judgement.ts';
import { pickCells, type RowPage } from '../../data/page.ts';
import { hashBound } from '../../data/rowHash.ts';
import { planOfStored } from '../../data/stored/storedPlan.ts';
import { sameSplit } from '../../data/splitting/sides.ts';
import type { JudgeBrief, Rival, RowSet, RowsWanted } from '../../data/trainer.ts';
import type { Plan } from '../../data/training.ts';
import { sideNumbers } from '../../data/trainPage.ts';
import { type BaseFacts, forwardFacts } from '../../judge/facts/baseFacts.ts';
import { readFacts, writeFacts } from '../../judge/facts/factsBytes.ts';
import { judgeData, removedTestRows } from '../../judge/judgeData.ts';
import type { DataQuestion } from '../../judge/question.ts';
import { askedRule } from '../../judge/rule.ts';
import { suspectGroups } from '../../judge/suspectGroups.ts';
import { readChanges, readPages, type Reading, type Watch } from '../reading.ts';
import type { Party } from '../stored.ts';
import { type TestRows, TestRowsReader } from '../testing.ts';
import { CountedFacts } from './countFacts.ts';
import { parentAnswers, parentValues } from './parentAnswers.ts';
import { SeenChanges, type SeenRows } from './seenChanges.ts';
import { wayOfChanges } from './way.ts';

/** The verdict where nothing can be asked: no parent, or nothing changed. */
const noVerdict = (notes: readonly DataNote[] = []): DataVerdict => ({
  verdict: 'none',
  reasons: [],
  notes,
  kinds: { unchanged: 0, labels: 0, features: 0, inserted: 0, firstLabels: 0, removed: 0 },
  asked: 'everyRow',
  hash: null,
});

const noSuspects: Suspects = { groups: [], explained: 0 };

/** Rows that a model of these shares, and every ancestor of it since its full fit, was kept from, by their hashes. */
function keptFrom({ test, validation }: Pick<Plan, 'test' | 'validation'>): (hash: string) => boolean {
  const bound = hashBound(test + validation);
  return (hash) => bound === null || hash < bound;
}

/** Rows that a rival of another split was kept from, as the pages of a run say it: told here for each row that was read. */
class KeptRows {
  readonly #known = new Set<string>();
  readonly #bit: number;

  constructor(rival: Rival) {
    this.#bit = rival === 'parent' ? 1 : 2;
  }

  add({ hashes = [], seen }: RowPage): void {
    hashes.forEach((hash, i) => {
      if (((seen?.[i] ?? this.#bit) & this.#bit) === 0) this.#known.add(hash);
    });
  }

  has(hash: string): boolean {
    return this.#known.has(hash);
  }
}

/** What was said of the data, and what the model's verdict needs of it. */
export interface JudgedData {
  readonly data: DataVerdict;
  readonly suspects: Suspects;
  /** Test rows that are gone and count as they were. */
  readonly removed: readonly RowPage[];
}

/** Rows of a page, by their hashes. */
function pageOf(page: RowPage, wanted: ReadonlySet<string>): RowPage | null {
  const hashes = page.hashes ?? [];
  const rows = hashes.flatMap((hash, i) => (wanted.has(hash) ? [i] : []));
  if (rows.length === 0) return null;
  return {
    ...page,
    rows: rows.length,
    cells: page.cells.map((cells) => pickCells(cells, rows)),
    hashes: rows.map((i) => at(hashes, i)),
  };
}

/** The facts of the parent's snapshot, by one reading of all its rows. */
async function factsAnew(reading: Reading, key: readonly string[]): Promise<BaseFacts> {
  const counted = new CountedFacts(reading.plan, key);
  const watch: Watch = {
    wanted: { key: true, atParent: true, all: true },
    page: () => {},
    every: (_set, page) => counted.add(page),
  };
  const own: Reading = { ...reading, watch };
  for (const set of ['train', 'validation', 'test'] as const) for await (const _page of readPages(own, set));
  return counted.done();
}

/** From the newest of them that were made of all rows on; null where there are none, or they are damaged. */
function newestFacts(chain: readonly Uint8Array[]): BaseFacts | null {
  for (let from = chain.length - 1; from >= 0; from--) {
    const found = readFacts(chain.slice(from));
    if (found) return found;
  }
  return null;
}

/** Watches a run. `begin` comes first, `see` for every page of the delta, then `data` when all rows were read. */
export class Judging implements Watch {
  readonly brief: JudgeBrief;
  readonly parent: Party | null;
  readonly baseline: Party | null;
  readonly #isFull: boolean;
  readonly #counted: CountedFacts | null;
  readonly #validation: TestRowsReader | null;
  readonly #train: TestRowsReader | null;
  #testRows = 0;
  #lastTest = '';
  #parentFacts: BaseFacts | null = null;
  #isMadeAnew = false;
  #changes: SeenChanges | null = null;
  #seen: SeenRows | null = null;
  readonly #plan: Plan;
  /** Of rivals of another split. */
  readonly #keptFrom: Readonly<Record<Rival, KeptRows | null>>;
  /** Hashes of rows that are not as they were at the baseline's snapshot. */
  #sinceBaseline: ReadonlySet<string> = new Set();

  constructor(
    reading: Pick<Reading, 'plan'>,
    brief: JudgeBrief,
    rivals: { parent: Party | null; baseline: Party | null },
  ) {
    const { plan } = reading;
    this.brief = brief;
    this.parent = rivals.parent;
    this.baseline = rivals.baseline;
    this.#plan = plan;
    this.#keptFrom = {
      parent: this.#isOfOtherSplit(this.parent) ? new KeptRows('parent') : null,
      baseline: this.#isOfOtherSplit(this.baseline) ? new KeptRows('baseline') : null,
    };
    this.#isFull = plan.kind === 'full';
    this.#counted = this.#isFull ? new CountedFacts(plan, brief.key) : null;
    const coders = [this.parent, this.baseline].flatMap((one) => (one ? [one.coder] : []));
    this.#validation = coders.length > 0 ? new TestRowsReader(plan, sideNumbers.validation, coders, []) : null;
    this.#train = this.parent ? new TestRowsReader(plan, sideNumbers.train, [this.parent.coder], []) : null;
  }

  get wanted(): RowsWanted {
    return { hashes: this.parent !== null, key: this.#isFull, all: this.#isFull };
  }

  every(set: RowSet, page: RowPage): void {
    if (this.#isFull && set !== 'replay') this.#counted?.add(page);
  }

  #isOfOtherSplit(rival: Party | null): boolean {
    if (!rival) return false;
    const plan = planOfStored(rival.artifact.manifest.plan);
    return (plan.split !== undefined || this.#plan.split !== undefined) && !sameSplit(plan, this.#plan);
  }

  /** Whether a rival, and every ancestor of it since its full fit, was kept from a test or validation row, by its hash. */
  unseenBy(rival: Rival): (hash: string) => boolean {
    const known = this.#keptFrom[rival];
    if (known) return (hash) => known.has(hash);
    const party = rival === 'parent' ? this.parent : this.baseline;
    return party ? keptFrom(planOfStored(party.artifact.manifest.plan)) : () => true;
  }

  page(set: RowSet, page: RowPage): void {
    if (set === 'test' || set === 'validation') for (const one of Object.values(this.#keptFrom)) one?.add(page);
    if (set === 'test') this.#noteTest(page);
    if (set === 'validation') this.#validation?.add(page);
    const isKnown = set === 'replay' || (set === 'train' && this.#isFull);
    if (isKnown) this.trainPage(page);
  }

  /** Train rows of which some may be asked about; beyond the sample they are nothing to it. */
  trainPage(page: RowPage): void {
    if (this.#train && this.#train.length < askedRule.sample) this.#train.add(page);
  }

  /** Test rows that are gone count only where they would have been among those that were read. */
  #noteTest({ rows, hashes = [] }: RowPage): void {
    this.#testRows += rows;
    this.#lastTest = hashes.at(-1) ?? this.#lastTest;
  }

  #isWithin({ plan }: Pick<Reading, 'plan'>, hash: string): boolean {
    return this.#testRows < (plan.atMost?.test ?? Number.POSITIVE_INFINITY) || hash <= this.#lastTest;
  }

  /** What must be known before the delta is read. */
  async begin(reading: Reading): Promise<void> {
    const { parent, baseline, brief } = this;
    if (!parent) return;
    const kept = newestFacts(brief.facts);
    this.#isMadeAnew = kept === null;
    const facts = kept ?? (await factsAnew(reading, brief.key));
    this.#parentFacts = facts;
    // Of a parent of another split no changed row is known to be one that it was kept from.
    const shares = this.#keptFrom.parent ? { test: 0, validation: 0 } : planOfStored(parent.artifact.manifest.plan);
    const way = wayOfChanges(reading.plan, facts, {
      plan: shares,
      state: parent.coder.state,
    });
    this.#changes = new SeenChanges(reading.plan, way, parent);
    if (!baseline) return;
    const since = new Set<string>();
    for await (const { hashes = [] } of readChanges(reading, 'baseline')) for (const hash of hashes) since.add(hash);
    this.#sinceBaseline = since;
  }

  see(page: DeltaPage): void {
    this.#changes?.add(page);
  }

  /** Reads what a full fit need not read for itself. */
  async seeAll(reading: Reading): Promise<void> {
    if (this.parent) for await (const page of readChanges(reading, 'parent')) this.see(page);
  }

  /** Some train rows, where the run itself read none that are as they were. */
  async #trainRows({ plan, rows, signal }: Reading): Promise<TestRows | null> {
    if (!this.#train) return null;
    if (this.#train.length === 0)
      for await (const page of rows.read('train', signal, { hashes: true })) {
        this.#train.add(page);
        if (this.#train.length >= Math.min(askedRule.sample, plan.counts.train)) break;
      }
    return this.#train.done();
  }

  get #rows(): SeenRows | null {
    this.#seen ??= this.#changes?.done() ?? null;
    return this.#seen;
  }

  /** The validation rows, for the rivals. */
  validation(): TestRows | null {
    return this.#validation?.done() ?? null;
  }

  /** Whether a row is as it was at a rival's snapshot. */
  isUnchanged(rival: 'parent' | 'baseline'): (hash: string) => boolean {
    const changed = rival === 'parent' ? (this.#rows?.hashes ?? new Set<string>()) : this.#sinceBaseline;
    return (hash) => !changed.has(hash);
  }

  /** Judges the data. `test`: read for the parent's coder. */
  async data(reading: Reading, test: TestRows | null): Promise<JudgedData> {
    const { parent, brief } = this;
    const [seen, facts] = [this.#rows, this.#parentFacts];
    if (!parent || !seen || !facts) return { data: noVerdict(brief.known), suspects: noSuspects, removed: [] };
    const asked = { test, validation: this.validation(), train: await this.#trainRows(reading) };
    const answers = await parentAnswers(parent, seen, asked, this.unseenBy('parent'), reading.signal);
    const values = await parentValues(parent, seen, asked, this.unseenBy('parent'), reading.signal);
    const { returned, restored, approvals, day } = brief;
    const question: DataQuestion = {
      changes: seen.changed,
      facts,
      parent: answers,
      values,
      returned,
      restored,
      approvals,
      day,
    };
    const found = judgeData(question);
    const { rows } = facts;
    const made = { kind: 'factsMade', column: null, rows, of: rows, value: null, upper: null, text: null } as const;
    const notes = [...(brief.known ?? []), ...found.notes, ...(this.#isMadeAnew ? [made] : [])];
    const data = { ...found, notes };
    const suspects = data.verdict === 'suspect' ? suspectGroups(question, data.reasons) : noSuspects;
    const gone = Array.from(removedTestRows(question, data), (i) => at(seen.changed.hashes, i));
    const counting = new Set(gone.filter((hash) => this.#isWithin(reading, hash)));
    const removed = seen.removed.flatMap((page) => pageOf(page, counting) ?? []);
    return { data, suspects, removed };
  }

  /** The facts of the new snapshot as they are kept, and those of the parent where they were not. */
  facts(): { readonly own: Uint8Array | null; readonly parents: Uint8Array | null } {
    const [seen, facts] = [this.#rows, this.#parentFacts];
    const parents = facts && this.#isMadeAnew ? writeFacts(facts) : null;
    if (this.#counted) return { own: writeFacts(this.#counted.done()), parents };
    return { own: facts && seen ? writeFacts(forwardFacts(facts, seen.changed)) : null, parents };
  }
}
