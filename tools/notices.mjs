// The notices of other people's work in our bundles: which packages got in, as the builds' metafiles say, and the licence
// of each as it asks to be shown. A package whose licence is not one of the usual free ones, or says nothing, is a problem.
import fs from 'node:fs';
import path from 'node:path';

/** Licences that let a program under Apache-2.0 hold the work and ask for no more than a notice. */
const LICENCES = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BlueOak-1.0.0', 'ISC', 'MIT', 'Unlicense'];

/**
 * The folders of the packages that outputs hold something of, relative to the root, in order.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {string[]}
 */
export function packagesIn(metafiles) {
  /** @type {Set<string>} */
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
        // Before a colon stands what a file was replaced by: nothing of the package is there.
        const folder = /^([^:]*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
        if (folder !== undefined && bytesInOutput > 0) folders.add(folder);
      }
  return [...folders].sort((a, b) => (a < b ? -1 : 1));
}

/** What stands for a package that ships no licence file. @type {Record<string, string>} */
const TEXTS = {
  'Apache-2.0': 'The text of the Apache License 2.0 is in the file LICENSE of this extension.',
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
};

/**
 * @param {string} root
 * @param {string} place The package's folder below the root.
 * @returns {{ text: string; problems: string[] }}
 */
function noticeOf(root, place) {
  const folder = path.join(root, place);
  const about = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const { name, version, license = 'no licence', author } = about;
  const licences = String(license).split(' AND ');
  const problems = licences.every((one) => LICENCES.includes(one))
    ? []
    : [`${name} is under ${license}, which tools/notices.mjs does not know: see ${place}`];
  const files = fs.readdirSync(folder).filter((file) => /^(licen[sc]e|copying|notice)([-.]|$)/i.test(file));
  const texts = files.sort().map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim());
  if (texts.length === 0) {
    texts.push(author === undefined ? 'Its files name their authors.' : `Copyright (c) ${author.name ?? author}`);
    for (const one of licences) {
      const text = TEXTS[one];
      if (text === undefined) problems.push(`${name} ships no licence file, and ${one} has no text here: see ${place}`);
      else texts.push(text);
    }
  }
  const source = about.homepage ?? about.repository?.url ?? about.repository;
  return { text: [`${name} ${version} (${license})`, source ?? '', ...texts].join('\n\n'), problems };
}

/**
 * The notices of packages as one text, and what is wrong with them.
 * @param {string} root
 * @param {readonly string[]} packages Folders below the root.
 * @returns {{ text: string; problems: string[] }}
 */
export function noticesOf(root, packages) {
  const notices = packages.map((one) => noticeOf(root, one));
  const head =
    'DeltaTrain is under the Apache License 2.0. Its bundles hold the work of others, under the licences that follow.';
  return {
    text: `${[head, ...notices.map(({ text }) => text)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`,
    problems: notices.flatMap(({ problems }) => problems),
  };
}
