/** Finds the tables that an ordinary statement names, without understanding the rest of it. */
import type { Problem, TableRef } from './ast.ts';
import { Cursor } from './cursor.ts';
import type { Token } from './lexer.ts';

/** One pair of parentheses, or the statement itself. */
interface Frame {
  /** An argument list: FROM in it (`TRIM(x FROM y)`) names no table. */
  readonly inCall: boolean;
  /** Between FROM (or UPDATE) and the clause that ends its list: a comma brings another table. */
  inList: boolean;
  /** Between WITH and its main statement: a comma brings another name. */
  inWith: boolean;
}

type Use = TableRef['use'];

const listEnders = new Set([
  'WHERE',
  'GROUP',
  'HAVING',
  'ORDER',
  'LIMIT',
  'UNION',
  'EXCEPT',
  'INTERSECT',
  'MINUS',
  'SET',
  'WINDOW',
  'SELECT',
  'VALUES',
]);
const callFree = new Set([
  'FROM',
  'JOIN',
  'IN',
  'EXISTS',
  'AND',
  'OR',
  'NOT',
  'ON',
  'WHERE',
  'SELECT',
  'VALUES',
  'AS',
  'ANY',
  'ALL',
  'SOME',
  'UNION',
  'INTO',
  'USING',
  'OVER',
  'KEY',
  'WHEN',
  'THEN',
  'ELSE',
  'CASE',
]);
const queryStarts = new Set(['SELECT', 'WITH', 'VALUES', 'TABLE', '(']);

export interface FoundTables {
  readonly tables: readonly TableRef[];
  readonly problems: readonly Problem[];
}

class TableScan {
  readonly #tokens: readonly Token[];
  readonly #cursor: Cursor;
  readonly #found: TableRef[] = [];
  readonly #withNames = new Set<string>();
  readonly #frames: Frame[] = [{ inCall: false, inList: false, inWith: false }];
  /** What the next FROM or list stands for. */
  #use: Use = 'read';

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#cursor = new Cursor(tokens);
  }

  get #frame(): Frame {
    return this.#frames.at(-1) as Frame;
  }

  run(): FoundTables {
    this.#start();
    while (!this.#cursor.atEnd) this.#step();
    const tables = this.#found.filter(
      (table) => table.database !== null || !this.#withNames.has(table.table.text.toLowerCase()),
    );
    // Only a malformed hint is worth a word here; the rest of the statement is the server's to judge.
    return { tables, problems: this.#cursor.problems.filter((problem) => problem.code === 'hint.malformed') };
  }

  /** The first words tell what the statement does with the table that follows. */
  #start(): void {
    const cursor = this.#cursor;
    if (cursor.eat('EXPLAIN')) cursor.eatAny(['ANALYZE', 'VERBOSE']);
    const verb = cursor.peek()?.kind === 'word' ? (cursor.peek()?.upper ?? '') : '';
    if (Object.hasOwn(TableScan.#starts, verb)) TableScan.#starts[verb]?.(this);
  }

  static readonly #starts: Readonly<Record<string, (scan: TableScan) => void>> = {
    UPDATE: (scan) => {
      scan.#cursor.eatAny(['UPDATE', 'LOW_PRIORITY', 'IGNORE']);
      scan.#list('write');
    },
    INSERT: (scan) => scan.#insert(),
    REPLACE: (scan) => scan.#insert(),
    TRUNCATE: (scan) => {
      scan.#cursor.eatAny(['TRUNCATE', 'TABLE']);
      scan.#add('define');
    },
    DESCRIBE: (scan) => scan.#describe(),
    DESC: (scan) => scan.#describe(),
    SHOW: (scan) => scan.#show(),
    CREATE: (scan) => scan.#define(),
    ALTER: (scan) => scan.#define(),
    DROP: (scan) => scan.#define(),
    RENAME: (scan) => scan.#define(),
    DATA: (scan) => scan.#branch(),
  };

  /** `CREATE TABLE branch FROM t`, `DELETE TABLE branch`, `MERGE branch INTO t`, `PICK branch INTO t`. */
  #branch(): void {
    const cursor = this.#cursor;
    if (!cursor.eat('DATA', 'BRANCH')) return;
    if (cursor.eat('CREATE', 'TABLE')) {
      cursor.eat('IF', 'NOT', 'EXISTS');
      this.#add('define', false);
      if (cursor.eat('FROM')) this.#add('read', false);
    } else if (cursor.eat('DELETE', 'TABLE')) this.#add('define', false);
    else if (cursor.eat('MERGE') || cursor.eat('PICK')) {
      this.#add('read', false);
      if (cursor.eat('INTO')) this.#add('write', false);
    }
  }

  #describe(): void {
    this.#cursor.take();
    this.#add('read');
  }

  #insert(): void {
    this.#cursor.eatAny(['INSERT', 'REPLACE', 'LOW_PRIORITY', 'DELAYED', 'HIGH_PRIORITY', 'IGNORE', 'INTO']);
    this.#add('write', false);
  }

  #show(): void {
    const cursor = this.#cursor;
    if (cursor.eat('SHOW', 'CREATE', 'TABLE')) this.#add('read');
    else if (
      cursor.sees('SHOW', 'TABLES') ||
      cursor.sees('SHOW', 'DATABASES') ||
      cursor.sees('SHOW', 'FULL', 'TABLES')
    ) {
      while (!cursor.atEnd) cursor.take();
    } else {
      const found = (): boolean => cursor.eat('FROM') || cursor.eat('COLUMNS', 'IN') || cursor.eat('FIELDS', 'IN');
      while (!cursor.atEnd && !found()) cursor.take();
      if (!cursor.atEnd) this.#add('read');
      // `SHOW COLUMNS FROM t FROM db` names a database.
      while (!cursor.atEnd) cursor.take();
    }
  }

  #define(): void {
    const cursor = this.#cursor;
    const drops = cursor.sees('DROP');
    const creates = cursor.sees('CREATE');
    cursor.eatAny(['CREATE', 'ALTER', 'DROP', 'RENAME', 'TEMPORARY', 'EXTERNAL', 'UNIQUE', 'FULLTEXT']);
    if (cursor.eat('INDEX')) {
      while (!cursor.atEnd && !cursor.eat('ON')) cursor.take();
      this.#add('define');
    } else if (cursor.eat('TABLE')) {
      if (cursor.eat('IF')) {
        cursor.eat('NOT');
        cursor.eat('EXISTS');
      }
      this.#add('define', false);
      while (drops && cursor.eat(',')) this.#add('define', false);
      if (creates && (cursor.eat('LIKE') || cursor.eat('CLONE'))) this.#add('read', false);
    }
  }

  #add(use: Use, allowAlias = true): void {
    const token = this.#cursor.peek();
    if (!token || (token.kind !== 'word' && token.kind !== 'quotedName')) return;
    const before = this.#cursor.position;
    const table = this.#cursor.table(use, allowAlias);
    if (!table) return;
    // A name before a parenthesis is a function that yields rows, unless rows are inserted into it.
    if (this.#cursor.sees('(') && use === 'read' && !table.alias) {
      this.#cursor.moveTo(before + 1);
      return;
    }
    this.#found.push(table);
  }

  #list(use: Use): void {
    this.#use = use;
    this.#frame.inList = true;
    this.#operand();
  }

  /** A table, or the parentheses that hold tables or a query. */
  #operand(): void {
    const cursor = this.#cursor;
    cursor.eat('LATERAL');
    while (cursor.eat('(')) {
      const isQuery = queryStarts.has(cursor.peek()?.upper ?? '') && !cursor.sees('(');
      this.#frames.push({ inCall: false, inList: !isQuery, inWith: false });
      if (isQuery) return;
    }
    this.#add(this.#use);
  }

  #step(): void {
    const position = this.#cursor.position;
    const token = this.#cursor.take() as Token;
    if (token.kind !== 'word' && token.kind !== 'symbol') return;
    const act = Object.hasOwn(TableScan.#steps, token.upper) ? TableScan.#steps[token.upper] : undefined;
    if (act) act(this, position);
    else if (listEnders.has(token.upper)) this.#endList(token);
  }

  /** What a word or symbol means for the tables that follow; `position` is its index. */
  static readonly #steps: Readonly<Record<string, (scan: TableScan, position: number) => void>> = {
    '(': (scan, position) => scan.#open(scan.#tokens[position - 1]),
    ')': (scan) => {
      if (scan.#frames.length > 1) scan.#frames.pop();
    },
    ',': (scan) => {
      if (scan.#frame.inList) scan.#operand();
      else if (scan.#frame.inWith) scan.#withName();
    },
    WITH: (scan, position) => {
      const opensQuery =
        position === 0 || scan.#tokens[position - 1]?.text === '(' || scan.#cursor.peek(1)?.upper === 'AS';
      if (!opensQuery) return;
      scan.#cursor.eat('RECURSIVE');
      scan.#frame.inWith = true;
      scan.#withName();
    },
    FROM: (scan, position) => {
      if (!scan.#frame.inCall && scan.#tokens[position - 1]?.upper !== 'DISTINCT') scan.#from(position);
    },
    JOIN: (scan) => scan.#operand(),
    STRAIGHT_JOIN: (scan) => scan.#operand(),
    INTO: (scan) => {
      if (scan.#cursor.eat('TABLE')) scan.#add('write', false);
    },
  };

  #open(before: Token | undefined): void {
    const opensQuery = queryStarts.has(this.#cursor.peek()?.upper ?? '') && !this.#cursor.sees('(');
    const isCall =
      !opensQuery &&
      before !== undefined &&
      (before.kind === 'word' || before.kind === 'quotedName') &&
      !callFree.has(before.upper);
    this.#frames.push({ inCall: isCall, inList: false, inWith: false });
  }

  #from(position: number): void {
    const losesRows = this.#frames.length === 1 && this.#tokens[position - 1]?.upper === 'DELETE';
    this.#use = losesRows ? 'write' : 'read';
    this.#list(this.#use);
    // Only the first table of a DELETE loses rows.
    this.#use = 'read';
  }

  #endList(token: Token): void {
    this.#frame.inList = false;
    if (token.upper === 'SELECT') this.#frame.inWith = false;
    if (token.upper === 'SET' || token.upper === 'SELECT') this.#use = 'read';
  }

  #withName(): void {
    const token = this.#cursor.peek();
    if (token && (token.kind === 'word' || token.kind === 'quotedName')) {
      const name = this.#cursor.name('a name');
      if (name) this.#withNames.add(name.text.toLowerCase());
    }
  }
}

/** The tables of one statement's tokens (no comments) in order; names that WITH defines are none. */
export const findTables = (tokens: readonly Token[]): FoundTables => new TableScan(tokens).run();
