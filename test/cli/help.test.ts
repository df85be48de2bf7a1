/** What the command line says of itself: every command, and every option with what it does. */
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { useCli } from './support/cli.ts';

const cli = useCli();

describe('the help of a command', () => {
  it('tells its options, a line each, and those of every command', async () => {
    const ran = await cli.run(['snapshot', 'delete', '--help']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toBe(`deltatrain snapshot delete NAME [--force] [--confirm NAME]

Delete a snapshot; --force also one that a model needs.

  --force              Delete it also where a model needs it
  --confirm NAME       On production: the name of what changes, typed again
  -c, --connection C   A connection of deltatrain.json, embedded:PATH or mysql://user@host:port/db
  --json               One JSON document on standard output
  -h, --help           This text
`);
  });

  it('names in its usage the options that it has, and no other', () => {
    for (const { name, usage, options } of commands) {
      const named = [...usage.matchAll(/--([a-z-]+)/g)].map(([, option]) => option);
      expect({ name, options: new Set(named) }).toEqual({ name, options: new Set(Object.keys(options)) });
    }
  });

  it('of a group is that of its commands', async () => {
    const group = await cli.run(['model', '--help']);
    expect(group).toMatchObject({ code: 0, stderr: '' });
    for (const { name, usage, summary } of commands.filter((command) => command.name.startsWith('model ')))
      expect(group.stdout).toContain(`  ${`${name} ${usage}`.trim()}\n      ${summary}\n`);
    expect(group.stdout).not.toContain('snapshot create');
    expect((await cli.run(['snapshot', '-h'])).stdout).toContain('snapshot list');
    expect(await cli.run(['nothing', '--help'])).toMatchObject({ code: 2, stdout: '' });
  });
});
