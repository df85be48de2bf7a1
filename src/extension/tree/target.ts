/** What a command is to work on: a node of the tree, or the same as plain data from a lens, a message or a key binding. */
import { parseTableName, type TableName } from '../../data/table.ts';

/** What a command is told to work on; what is missing is asked for. */
export interface Target {
  readonly connection?: string;
  readonly database?: string;
  readonly table?: TableName;
  readonly snapshot?: string;
  /** For a delta: the older side; `snapshot` is then the newer, or live without one. */
  readonly from?: string;
  readonly training?: string;
  readonly model?: number;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function tableOf(value: unknown): TableName | undefined {
  if (typeof value === 'string') return parseTableName(value);
  if (!isObject(value)) return undefined;
  const { database, table } = value;
  return typeof database === 'string' && typeof table === 'string' ? { database, table } : undefined;
}

/** Takes what it knows and leaves the rest: what is missing is asked for. */
export function targetOf(argument: unknown): Target {
  if (!isObject(argument)) return {};
  const plain =
    isObject(argument['node']) && isObject(argument['node']['subject']) ? argument['node']['subject'] : argument;
  const text = (name: string): string | undefined => {
    const value = plain[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const table = tableOf(plain['table']);
  const { model } = plain;
  const found = {
    connection: text('connection'),
    database: text('database') ?? table?.database,
    table,
    snapshot: text('snapshot'),
    from: text('from'),
    training: text('training'),
    model: typeof model === 'number' && Number.isSafeInteger(model) ? model : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
