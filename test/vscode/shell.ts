// What the suites share: the extension's parts, the tree as lines of text, and waiting for a condition.
import * as vscode from 'vscode';
import type { TestApi } from '../../src/extension/main.ts';
import type { Element } from '../../src/extension/tree/elements.ts';

export async function api(): Promise<TestApi> {
  const extension = vscode.extensions.getExtension<TestApi | undefined>('deltatrain.deltatrain');
  const found = await extension?.activate();
  if (!found) throw new Error('the extension shows its parts in tests only, and is not in test mode');
  return found;
}

export const run = <T = unknown>(command: string, ...all: unknown[]): Promise<T> =>
  Promise.resolve(vscode.commands.executeCommand<T>(`deltatrain.${command}`, ...all));

/** Waits until the work gives something; the suite's own time limit ends a wait that is in vain. */
export async function until<T>(work: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await work();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The children below a way of labels from the root. */
export async function childrenOf(...way: string[]): Promise<Element[]> {
  const { tree } = (await api()).shell;
  let children = await tree.getChildren();
  for (const label of way) {
    const next = children.find(({ node }) => node.label === label);
    if (!next) throw new Error(`no "${label}" among ${children.map(({ node }) => node.label).join(', ')}`);
    children = await tree.getChildren(next);
  }
  return children;
}

export async function labelsOf(...way: string[]): Promise<string[]> {
  return (await childrenOf(...way)).map(({ node }) => node.label);
}

export async function elementOf(...way: string[]): Promise<Element> {
  const label = way.at(-1);
  const found = (await childrenOf(...way.slice(0, -1))).find(({ node }) => node.label === label);
  if (!found) throw new Error(`no "${label}" in the tree`);
  return found;
}

export const folder = (): vscode.Uri => {
  const first = vscode.workspace.workspaceFolders?.[0];
  if (!first) throw new Error('the suites need a folder');
  return first.uri;
};

export const fileIn = async (name: string, text: string): Promise<vscode.Uri> => {
  const uri = vscode.Uri.joinPath(folder(), name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
};
