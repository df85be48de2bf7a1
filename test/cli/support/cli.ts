/** The command line, bundled and run for real in a temporary folder, with what it printed checked against the published schema. */
import { type ChildProcess, spawn } from 'node:child_process';
import { constants, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, expect } from 'vitest';
import { buildOne } from '../../../esbuild.mjs';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Cli {
  at(name: string): string;
  write(name: string, contents: string): string;
  read(name: string): string;
  /** Runs it in the folder, or in one below it; `node` are options of Node's own, `stdout` an open file in place of a pipe. */
  run(
    args: readonly string[],
    options?: { input?: string; cwd?: string; node?: readonly string[]; stdout?: number },
  ): Promise<Ran>;
  /** Puts a Node where the repository would have its own. */
  installNode(): void;
  start(args: readonly string[]): ChildProcess;
  /** With `--json`: one document on standard output, which the definition of this name in the schema describes. */
  json<T>(
    definition: string,
    args: readonly string[],
    options?: { code?: number; input?: string; cwd?: string },
  ): Promise<T>;
  /** Fails when the definition of this name does not describe the document. */
  check(definition: string, document: unknown): void;
}

const root = path.join(import.meta.dirname, '../../..');
const schema = JSON.parse(readFileSync(path.join(root, 'docs/cli.schema.json'), 'utf8')) as Record<string, unknown>;
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
ajv.addSchema(schema);

export function useCli(): Cli {
  let folder = '';
  let bundles = '';
  const at = (name: string): string => path.join(folder, name);
  beforeAll(async () => {
    bundles = mkdtempSync(path.join(tmpdir(), 'deltatrain-bundles-'));
    folder = mkdtempSync(path.join(tmpdir(), 'deltatrain-cli-'));
    for (const name of ['cli.js', 'engine.mjs']) await buildOne(name, { into: bundles });
  });
  afterAll(() => {
    for (const one of [folder, bundles]) rmSync(one, { recursive: true, force: true });
  });

  const start = (args: readonly string[], cwd = folder, node: readonly string[] = [], stdout?: number): ChildProcess =>
    spawn(process.execPath, [...node, path.join(bundles, 'cli.js'), ...args], {
      cwd,
      stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
    });

  const run: Cli['run'] = (args, { input = '', cwd = '.', node = [], stdout: to } = {}) => {
    const child = start(args, at(cwd), node, to);
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.stdin?.end(input);
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, stdout, stderr }));
    });
  };

  const check: Cli['check'] = (definition, document) => {
    const validate = ajv.getSchema(`deltatrain-cli#/$defs/${definition}`);
    expect(validate, `docs/cli.schema.json describes ${definition}`).toBeDefined();
    expect(validate?.(document) === true || JSON.stringify(validate?.errors, null, 1)).toBe(true);
  };

  return {
    at,
    write(name, contents) {
      mkdirSync(path.dirname(at(name)), { recursive: true });
      writeFileSync(at(name), contents);
      return at(name);
    },
    read: (name) => readFileSync(at(name), 'utf8'),
    run,
    start: (args) => start(args),
    installNode() {
      const windows = process.platform === 'win32';
      const program = `node-${windows ? 'win' : process.platform}-${process.arch}/bin/node${windows ? '.exe' : ''}`;
      const place = path.join(bundles, 'node_modules', program);
      mkdirSync(path.dirname(place), { recursive: true });
      // Another path of the same program, which is not told to do without SQLite.
      copyFileSync(process.execPath, place, constants.COPYFILE_FICLONE);
    },
    async json<T>(
      definition: string,
      args: readonly string[],
      options: { code?: number; input?: string; cwd?: string } = {},
    ) {
      const { code = 0, ...rest } = options;
      const ran = await run([...args, '--json'], rest);
      expect({ code: ran.code, stderr: ran.stderr }).toEqual({
        code,
        stderr: code === 0 ? '' : (expect.stringMatching(/./) as string),
      });
      expect(ran.stdout.trimEnd().split('\n')).toHaveLength(1);
      const document: unknown = JSON.parse(ran.stdout);
      check(definition, document);
      // A list is as it was before documents had a version.
      const version = Array.isArray(document) ? undefined : 2;
      expect((document as { version?: unknown }).version).toBe(version);
      return document as T;
    },
    check,
  };
}
