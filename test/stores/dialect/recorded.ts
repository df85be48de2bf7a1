/** Recorded conversations with a real MatrixOne 4.1.4, and how their answers are compared with ours. */
import { readFileSync } from 'node:fs';

export interface Recorded {
  readonly sql: string;
  readonly ok: boolean;
  readonly columns?: readonly string[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly affected?: number;
}

export interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly affected: number;
}

/** A statement as the transcripts tell it, among other things. */
interface Line {
  readonly sql?: string;
  readonly ok: boolean;
  readonly columns?: readonly { readonly name: string }[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly affectedRows?: number;
}

export const transcripts = new URL('../../fixtures/matrixone/', import.meta.url);

export const recordedIn = (file: string): Recorded[] =>
  readFileSync(new URL(file, transcripts), 'utf8')
    .trim()
    .split('\n')
    .flatMap((text) => {
      const { sql, ok, columns, rows, affectedRows } = JSON.parse(text) as Line;
      if (sql === undefined) return [];
      return {
        sql,
        ok,
        ...(columns && { columns: columns.map(({ name }) => name) }),
        ...(rows && { rows }),
        ...(affectedRows !== undefined && { affected: affectedRows }),
      };
    });

/** Numbers by value: a DOUBLE of 0.943 and a text of 0.9430 are one number. */
const plain = (cell: string | null): string | null =>
  cell !== null && /^-?\d+(\.\d+)?$/.test(cell) ? String(Number(cell)) : cell;

/** True when the rows, their titles and the number of changed rows are those of the real server. */
export function isEqual({ sql, columns = [], rows = [], affected = 0 }: Recorded, answer: Answer): boolean {
  const shown = (cells: readonly (readonly (string | null)[])[]): string =>
    JSON.stringify(cells.map((row) => row.map(plain)));
  const sameRows = shown(answer.rows) === shown(rows) && JSON.stringify(answer.columns) === JSON.stringify(columns);
  return sameRows && (!/^(INSERT|UPDATE|DELETE)/i.test(sql) || answer.affected === affected);
}

/** Their answers hang on RAND(), which gives other numbers everywhere. */
export const random: Readonly<Record<string, readonly string[]>> = {
  'tut-09-sft-curation.jsonl': [
    'DELETE FROM sft_samples WHERE quality < 3.0',
    'DELETE FROM sft_samples WHERE instruction IN (SELECT instruction FROM eval_set)',
    'SELECT COUNT(*) FROM sft_samples',
    "DATA BRANCH DIFF sft_samples AGAINST sft_samples {SNAPSHOT='sft_raw'} OUTPUT SUMMARY",
  ],
  'tut-15-agent-evolution.jsonl': [
    "UPDATE cand_sft SET prompt = concat('prompt_v2_refined_', skill_id) WHERE score < 60",
    "UPDATE cand_rl SET prompt = concat(prompt, '_reinforced'), score = score + 5 WHERE score > 70",
    'DELETE FROM cand_gov WHERE score < 55',
    "SELECT COUNT(*) FROM brain WHERE prompt LIKE 'prompt_v2_refined%'",
  ],
};

/**
 * Where our answer is another one on purpose. 4.1.4 counts a row as updated that was written and is what it was, and shows any rows that
 * come first under LIMIT; in tut-15 it is what rand() made.
 */
export const intended: Readonly<Record<string, readonly string[]>> = {
  'tut-06-collaborative-dev.jsonl': [
    'DATA BRANCH DIFF feat_alice AGAINST ml_features OUTPUT SUMMARY',
    'DATA BRANCH DIFF feat_recompute AGAINST ml_features OUTPUT SUMMARY',
    'DATA BRANCH DIFF feat_review AGAINST ml_features OUTPUT LIMIT 20',
    "DATA BRANCH DIFF feat_review AGAINST ml_features OUTPUT FILE '/data/out'",
  ],
  'tut-08-ml-lifecycle.jsonl': ['DATA BRANCH DIFF samples_feat_candidate AGAINST samples OUTPUT SUMMARY'],
  'tut-13-agent-memory.jsonl': ["DATA BRANCH DIFF memories AGAINST memories {SNAPSHOT='mem_monday'} OUTPUT LIMIT 5"],
  'tut-15-agent-evolution.jsonl': [
    "UPDATE cand_sft SET prompt = concat('prompt_v2_refined_', skill_id) WHERE score < 60",
    "UPDATE cand_rl SET prompt = concat(prompt, '_reinforced'), score = score + 5 WHERE score > 70",
    'DELETE FROM cand_gov WHERE score < 55',
    'DATA BRANCH DIFF cand_sft AGAINST brain OUTPUT SUMMARY',
    "SELECT COUNT(*) FROM brain WHERE prompt LIKE 'prompt_v2_refined%'",
    "DATA BRANCH DIFF brain AGAINST brain {SNAPSHOT='brain_gen0'} OUTPUT SUMMARY",
  ],
};

/** With branches: every statement of theirs runs on the embedded engine too. Two of the tutorial's with a million rows are not among them. */
export const branchFiles = [
  'tut-06-collaborative-dev.jsonl',
  'tut-07-write-audit-publish.jsonl',
  'tut-08-ml-lifecycle.jsonl',
  'tut-10-labeling-collab.jsonl',
  'tut-10-multimodal-lakefs.jsonl',
  'tut-11-rlhf-preference.jsonl',
  'tut-13-agent-memory.jsonl',
  'tut-15-agent-evolution.jsonl',
];

/** Without branches: every statement of theirs runs on the embedded engine, versions and deltas included. */
export const wholeFiles = [
  'tut-08-ml-incremental.jsonl',
  'tut-09-dataset-release.jsonl',
  'tut-09-sft-curation.jsonl',
  'tut-12-multimodal-lakefs.jsonl',
  'tut-14-agent-trace.jsonl',
];
