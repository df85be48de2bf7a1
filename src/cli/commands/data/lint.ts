/** `lint`: checks SQL files offline. */
import { isFile } from '../../../data/place.ts';
import { later } from '../../../base/say.ts';
import { type Linted, lintText } from './lintText.ts';
import { Failure } from '../../../base/failure.ts';
import { answerColumns, foreseen } from '../../../stores/embedded/statements/foreseen.ts';
import { findConfig } from '../../connection/foundConfig.ts';
import type { Command } from '../command.ts';
import { readText } from './sql.ts';

function lineAndColumn(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** `deltatrain lint`: needs no connection; it ends in 3 where there is an error. */
export const lintCommand: Command = {
  name: 'lint',
  usage: 'FILE…|- [--server 4.1.4]',
  summary: later('Check SQL files without a connection'),
  options: {
    server: { type: 'string', value: '4.1.4', about: later('Also check what this release of MatrixOne can do') },
  },
  takes: [1, Number.POSITIVE_INFINITY],
  run({ output, positionals, cwd, option }) {
    const server = option('server') ?? null;
    if (server !== null && !/^\d+\.\d+\.\d+$/.test(server))
      throw new Failure('usage.wrong', { message: `--server ${server}: write a release such as 4.1.4.` });
    // `sql` would refuse it too, on the only kind of connection that there is; where there is none, on a store of its own.
    const connections = Object.values(findConfig(cwd)?.config.connections ?? {});
    const engine = server === null && connections.every(isFile) ? { foreseen, answerColumns } : null;
    const wanted = { server, engine, isGuess: connections.length === 0 };
    const linted = positionals.map((file) => ({ file, text: readText(cwd, file) }));
    const files = linted.map(({ file, text }): { file: string } & Linted => ({
      file,
      ...lintText(text, wanted),
    }));
    output.document({ files }, () =>
      files
        .flatMap(({ file, problems }, i) =>
          problems.map(
            ({ start, severity, message, code }) =>
              `${file}:${lineAndColumn(linted[i]?.text ?? '', start)} ${severity}: ${message} (${code})`,
          ),
        )
        .join('\n'),
    );
    const isWrong = files.some(({ problems }) => problems.some(({ severity }) => severity === 'error'));
    return Promise.resolve(isWrong ? 3 : 0);
  },
};
