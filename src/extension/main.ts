// Starts DeltaTrain in VS Code.
import * as vscode from 'vscode';

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('DeltaTrain', { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('deltatrain.log.show', () => log.show()),
  );
}
