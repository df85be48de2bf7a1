/** Files that are dropped on the view: each is imported, into what it was dropped on. */
import * as vscode from 'vscode';
import type { Element } from './elements.ts';
import { targetOf } from './target.ts';

const list = 'text/uri-list';

/** Takes files in, and lets nothing be dragged out. */
export const droppedFiles: vscode.TreeDragAndDropController<Element> = {
  dropMimeTypes: [list],
  dragMimeTypes: [],
  async handleDrop(element, dropped) {
    const text = await dropped.get(list)?.asString();
    const files = (text ?? '').split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
    const { connection, database, table } = targetOf(element);
    for (const file of files)
      await vscode.commands.executeCommand('deltatrain.table.import', {
        ...(connection !== undefined && { connection }),
        ...(database !== undefined && { database }),
        ...(table !== undefined && { table }),
        file: vscode.Uri.parse(file),
      });
  },
};
