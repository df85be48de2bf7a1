// What package.json promises is there: a handler for each command and a command for each handler, files, texts, names.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import texts from '../../package.nls.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const { contributes } = manifest;
const commands = contributes.commands.map(({ command }) => command);

/** All texts anywhere in a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** All texts of a field, at any depth. */
function fieldsNamed(name: string, value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, inner]) =>
    key === name && typeof inner === 'string' ? [inner] : fieldsNamed(name, inner),
  );
}

/** The keys of the shell's `commandTable`, as the compiler knows them: its imports exist inside VS Code only. */
function handledCommands(): string[] {
  const file = join(root, 'src/extension/commands/commandTable.ts');
  const read = ts.readConfigFile(join(root, 'tsconfig.node.json'), (name) => ts.sys.readFile(name));
  const { options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const program = ts.createProgram([file], { ...options, incremental: false, tsBuildInfoFile: undefined });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const exports = source && checker.getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol);
  const table = exports?.find(({ name }) => name === 'commandTable');
  if (!table) throw new Error('src/extension/commands/commandTable.ts exports no commandTable');
  return checker
    .getTypeOfSymbol(table)
    .getProperties()
    .map(({ name }) => name);
}

test('every command has a handler, and every handler a command', () => {
  expect(handledCommands().sort()).toEqual([...commands].sort());
});

test('commands are named noun.verb, in one category, once each', () => {
  expect(commands.filter((command) => !/^deltatrain\.[a-z]+\.[a-z][A-Za-z]*$/.test(command))).toEqual([]);
  expect(contributes.commands.filter(({ category }) => category !== 'DeltaTrain')).toEqual([]);
  expect(new Set(commands).size).toBe(commands.length);
});

test('menus, keys and walkthroughs name commands that exist', () => {
  const named = fieldsNamed('command', [contributes.menus, contributes.keybindings]);
  const linked = Object.values(texts).flatMap((text) =>
    [...text.matchAll(/command:([\w.]+)/g)].map((match) => match[1] ?? ''),
  );
  const completed = contributes.walkthroughs
    .flatMap(({ steps }) => steps.flatMap(({ completionEvents }) => completionEvents))
    .map((event) => event.replace('onCommand:', ''));
  const ours = [...named, ...linked, ...completed].filter((command) => command.startsWith('deltatrain.'));
  expect(ours.length).toBeGreaterThan(0);
  expect(ours.filter((command) => !commands.includes(command))).toEqual([]);
});

test('every text that the manifest refers to exists, and every text is referred to', () => {
  const referred = textsIn(manifest).flatMap((text) => /^%([^%]+)%$/.exec(text)?.[1] ?? []);
  expect([...new Set(referred)].sort()).toEqual(Object.keys(texts).sort());
});

test('every file that the manifest names exists', () => {
  const named = textsIn(contributes).filter((text) => /^(\.\/)?(media|l10n)\//.test(text));
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((file) => !existsSync(join(root, file)))).toEqual([]);
});

test('settings are ours by name, described, and have a default', () => {
  const settings = Object.entries<Record<string, unknown>>(contributes.configuration.properties);
  const bad = settings.filter(
    ([name, setting]) =>
      !/^deltatrain(\.[a-z][A-Za-z]*)+$/.test(name) ||
      !('description' in setting || 'markdownDescription' in setting) ||
      !('default' in setting),
  );
  expect(bad.map(([name]) => name)).toEqual([]);
});

test('the types of VS Code are those of the oldest version that is supported', () => {
  const [major, minor] = manifest.engines.vscode.replace('^', '').split('.');
  expect(manifest.devDependencies['@types/vscode']).toMatch(new RegExp(`^${major}\\.${minor}\\.`));
});
