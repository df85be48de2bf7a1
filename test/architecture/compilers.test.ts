// The other guards still bite: the compiler of the pure folders knows neither DOM nor Node, and the linter sees what it must.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const planted = mkdtempSync(join(tmpdir(), 'deltatrain-compilers-'));
afterAll(() => rmSync(planted, { recursive: true, force: true }));

/** The messages of a project's compiler for one more file. */
function compile(project: string, text: string): string[] {
  const file = join(root, 'src/base/planted.ts');
  const read = ts.readConfigFile(join(root, project), (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const disk = ts.createCompilerHost({ ...options, incremental: false });
  const host: ts.CompilerHost = {
    ...disk,
    getSourceFile: (name, ...rest) =>
      name === file ? ts.createSourceFile(name, text, ts.ScriptTarget.ES2023, true) : disk.getSourceFile(name, ...rest),
    fileExists: (name) => name === file || disk.fileExists(name),
    readFile: (name) => (name === file ? text : disk.readFile(name)),
  };
  const roots = [file, join(root, 'src/base/globals.d.ts')];
  const program = ts.createProgram(roots, { ...options, incremental: false, tsBuildInfoFile: undefined }, host);
  return ts
    .getPreEmitDiagnostics(program)
    .filter((problem) => problem.file?.fileName === file)
    .map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, '\n'));
}

test.each([
  'export const a = document;',
  'export const a = window;',
  'export const a = process;',
  'export const a = console;',
  "export { readFileSync } from 'node:fs';",
  'export const a: Buffer | undefined = undefined;',
  'export const a: { b?: string } = { b: undefined };',
  'export const a: string = [""][0];',
  'export enum A { B }',
])('the pure project refuses: %s', (text) => {
  expect(compile('tsconfig.pure.json', text)).not.toEqual([]);
});

test('the pure project accepts plain TypeScript', () => {
  const text = 'export const later = (run: () => void): unknown => setTimeout(run, structuredClone(1));';
  expect(compile('tsconfig.pure.json', text)).toEqual([]);
});

test('the linter refuses what it must', () => {
  const text = `
export default async function wait(): Promise<void> {}
export function forget(a: any, b: unknown): void {
  wait();
  [1].forEach(async () => wait());
  // @ts-ignore
  if (a == b) console.log(a.length);
  throw 'text';
}
`;
  writeFileSync(join(planted, 'planted.ts'), text);
  writeFileSync(join(planted, 'tsconfig.json'), '{ "compilerOptions": { "strict": true, "lib": ["ES2023", "DOM"] } }');
  copyFileSync(join(root, '.oxlintrc.json'), join(planted, '.oxlintrc.json'));
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const { stdout } = spawnSync(process.execPath, [oxlint, '--type-aware', '--format=json', 'planted.ts'], {
    cwd: planted,
    encoding: 'utf8',
    // The linter looks for its type-aware half where it runs, and then on the path.
    env: { ...process.env, PATH: [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter) },
  });
  const report = JSON.parse(stdout) as { diagnostics: { code: string }[] };
  const codes = new Set(report.diagnostics.map(({ code }) => code));
  const wanted = [
    'typescript(no-floating-promises)',
    'typescript(no-misused-promises)',
    'typescript(no-explicit-any)',
    'typescript(no-unsafe-member-access)',
    'typescript(only-throw-error)',
    'typescript(ban-ts-comment)',
    'import(no-default-export)',
    'eslint(eqeqeq)',
    'eslint(no-console)',
  ];
  expect(wanted.filter((code) => !codes.has(code))).toEqual([]);
});
