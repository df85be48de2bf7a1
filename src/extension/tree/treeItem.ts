/** A node of the tree as VS Code draws it, and the mark of connections that are not for development. */
import * as vscode from 'vscode';
import type { Node } from '../../app/tree/nodeText.ts';
import type { Element } from './elements.ts';
import { say } from '../../base/say.ts';
import { visibleLine } from '../../base/shown.ts';

const scheme = 'deltatrain-environment';

const collapsible: Readonly<Record<Node['children'], vscode.TreeItemCollapsibleState>> = {
  none: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
};

const statusColors: Readonly<Record<string, string>> = {
  'verified-filled': 'charts.green',
  error: 'charts.red',
  warning: 'list.warningForeground',
};

export function treeItem(element: Element): vscode.TreeItem {
  const { id, label, description, tooltip, icon, children, context, click, subject } = element.node;
  const item = new vscode.TreeItem(visibleLine(label), collapsible[children]);
  item.id = id;
  item.description = visibleLine(description);
  item.tooltip = new vscode.MarkdownString(tooltip, true);
  const color = statusColors[icon];
  item.iconPath = new vscode.ThemeIcon(icon, color === undefined ? undefined : new vscode.ThemeColor(color));
  item.contextValue = context;
  item.accessibilityInformation = { label: visibleLine(description === '' ? label : `${label}, ${description}`) };
  if (click) item.command = { ...click, arguments: [element] };
  if (subject.kind === 'connection') {
    const environment = /;(production|staging)(;|$)/.exec(context)?.[1];
    if (environment !== undefined) item.resourceUri = vscode.Uri.from({ scheme, path: `/${id}`, query: environment });
  }
  return item;
}

/** Production stands out wherever the connection does. */
export const environmentMarks: vscode.FileDecorationProvider = {
  provideFileDecoration(uri) {
    if (uri.scheme !== scheme) return undefined;
    return uri.query === 'production'
      ? new vscode.FileDecoration('P', say('Production'), new vscode.ThemeColor('list.errorForeground'))
      : new vscode.FileDecoration('S', say('Staging'), new vscode.ThemeColor('list.warningForeground'));
  },
};
