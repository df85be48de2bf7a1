/** Turns what the language services say in offsets into what the protocol of language servers says in lines. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeLens,
  type Command,
  type CompletionItem,
  CompletionItemKind,
  type Diagnostic,
  DiagnosticSeverity,
  type DocumentSymbol,
  type FoldingRange,
  FoldingRangeKind,
  InsertTextFormat,
  type Range,
  SymbolKind,
  type TextEdit,
} from 'vscode-languageserver/node';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { Fix, Problem, Span, TextEdit as OffsetEdit } from '../git4data/ast.ts';
import type { Lens } from '../git4data/service/codeLens.ts';
import type { Completion } from '../git4data/service/complete.ts';
import type { Fold, SymbolEntry } from '../git4data/service/symbols.ts';
import { languageCommands } from '../protocol/language.ts';

export const rangeOf = (document: TextDocument, { start, end }: Span): Range => ({
  start: document.positionAt(start),
  end: document.positionAt(end),
});

const severities: Record<Problem['severity'], DiagnosticSeverity> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  info: DiagnosticSeverity.Information,
};

export const diagnosticOf = (document: TextDocument, problem: Problem): Diagnostic => ({
  range: rangeOf(document, problem),
  severity: severities[problem.severity],
  code: problem.code,
  source: 'DeltaTrain',
  message: problem.message,
});

export const editOf = (document: TextDocument, edit: OffsetEdit): TextEdit => ({
  range: rangeOf(document, edit),
  newText: edit.text,
});

export const fixOf = (document: TextDocument, problem: Problem, fix: Fix): CodeAction => ({
  title: fix.title,
  kind: CodeActionKind.QuickFix,
  diagnostics: [diagnosticOf(document, problem)],
  edit: { changes: { [document.uri]: fix.edits.map((edit) => editOf(document, edit)) } },
});

function commandOf(document: TextDocument, { title, action, ...span }: Lens): Command {
  const { uri } = document;
  switch (action.kind) {
    case 'run': {
      const argument = { uri, sql: action.sql, range: rangeOf(document, span), database: action.database };
      return { title, command: languageCommands.run, arguments: [argument] };
    }
    case 'showRows':
    case 'trainOnDelta':
      return { title, command: languageCommands[action.kind], arguments: [{ uri, ...action.delta }] };
    case 'previewRestore':
    case 'restore':
      return { title, command: languageCommands[action.kind], arguments: [{ uri, ...action.restore }] };
    case 'none':
      // A lens without a command is shown as plain text.
      return { title, command: '' };
  }
}

/** Lenses stand above the first line of their statement. */
export function lensOf(document: TextDocument, lens: Lens): CodeLens {
  const start = document.positionAt(lens.start);
  return { range: { start, end: start }, command: commandOf(document, lens) };
}

const completionKinds: Record<Completion['kind'], CompletionItemKind> = {
  snapshot: CompletionItemKind.Constant,
  table: CompletionItemKind.Struct,
  database: CompletionItemKind.Module,
  column: CompletionItemKind.Field,
  keyword: CompletionItemKind.Keyword,
  statement: CompletionItemKind.Snippet,
};

/** `index` keeps the order of the service: the editor would sort by label. */
export const completionOf = (document: TextDocument, item: Completion, index: number): CompletionItem => ({
  label: item.label,
  kind: completionKinds[item.kind],
  detail: item.detail,
  sortText: String(index).padStart(5, '0'),
  insertTextFormat: item.isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
  textEdit: { range: rangeOf(document, item.replaces), newText: item.insert },
});

const symbolKinds: Record<SymbolEntry['icon'], SymbolKind> = {
  snapshot: SymbolKind.Constant,
  change: SymbolKind.Event,
  restore: SymbolKind.Operator,
  query: SymbolKind.Function,
  table: SymbolKind.Struct,
  other: SymbolKind.String,
};

export const symbolOf = (document: TextDocument, entry: SymbolEntry): DocumentSymbol => ({
  name: entry.name,
  detail: entry.detail,
  kind: symbolKinds[entry.icon],
  range: rangeOf(document, entry),
  selectionRange: rangeOf(document, entry.selection),
});

export function foldOf(document: TextDocument, fold: Fold): FoldingRange {
  const { start, end } = rangeOf(document, fold);
  const lines = { startLine: start.line, endLine: end.line };
  return fold.kind === 'comment' ? { ...lines, kind: FoldingRangeKind.Comment } : lines;
}
