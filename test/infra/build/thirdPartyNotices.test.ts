import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { noticesFile, thirdPartyNotices } from '../../../infra/build/thirdPartyNotices.ts';
import { bundledModules } from '../../bench/bundledModules.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');

suite('the third-party notices of a bundle', () => {
  for (const name of ['authorizer', 'hello']) {
    const notices = read(`dist/${name}/${noticesFile}`);
    const bundle = read(`dist/${name}/index.cjs`);

    test(`lie beside ${name}, which names them and no source map`, () => {
      assert.ok(bundle.startsWith(`/*! Third-party licences: ${noticesFile} */\n"use strict";`));
      assert.doesNotMatch(bundle, /sourceMappingURL/);
    });

    for (const bundled of Object.keys(bundledModules(read(`dist/${name}/meta.json`)))) {
      test(`name ${bundled}, bundled in ${name}, with its licence and copyright`, () => {
        const { version, license } = JSON.parse(read(`node_modules/${bundled}/package.json`));
        assert.match(
          notices,
          new RegExp(`^${bundled} ${version} \\(${license}\\)\n {4}Copyright .*\\d{4}`, 'm'),
        );
      });
    }
  }

  test('hold the whole text of each licence', () => {
    const notices = read(`dist/authorizer/${noticesFile}`);
    assert.match(notices, /Permission is hereby granted, free of charge/);
    assert.match(notices, /TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION/);
    assert.match(notices, /END OF TERMS AND CONDITIONS/);
  });
});

suite('thirdPartyNotices', () => {
  const folder = mkdtempSync(join(tmpdir(), 'approov-notices-'));
  after(() => rmSync(folder, { recursive: true }));

  /** Writes packages, and gives the metafile of a bundle that holds a byte of each but of `shaken`. */
  function bundleOf(packages: Readonly<Record<string, Readonly<Record<string, string>>>>): Metafile {
    const inputs: Record<string, { bytesInOutput: number }> = { 'src/index.ts': { bytesInOutput: 1 } };
    for (const [name, files] of Object.entries(packages)) {
      const directory = join(folder, 'node_modules', name);
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { recursive: true });
      const manifest = { name, version: '1.0.0', license: 'MIT' };
      writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest));
      for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, file), text);
      inputs[`node_modules/${name}/index.js`] = { bytesInOutput: name === 'shaken' ? 0 : 1 };
    }
    return { inputs: {}, outputs: { 'index.cjs': { inputs } } } as unknown as Metafile;
  }
  const noticesOf = (packages: Parameters<typeof bundleOf>[0]) =>
    thirdPartyNotices([bundleOf(packages)], `${folder}/`);

  test('share a text that differs in the copyright and the line breaks alone', () => {
    const notices = noticesOf({
      a: { LICENSE: 'Copyright 2020 Ann\n\nDo as\nyou like.' },
      b: { 'license.md': 'Copyright 2021 Bob\n\nDo as you\nlike.' },
    });
    assert.match(
      notices,
      /\n\na 1\.0\.0 \(MIT\)\n {4}Copyright 2020 Ann\nb 1\.0\.0 \(MIT\)\n {4}Copyright 2021 Bob\n\nDo as\nyou like\.\n$/,
    );
  });

  test('hold notice files, and nothing of a package of which no byte is left', () => {
    const notices = noticesOf({ a: { LICENSE: 'Do.', NOTICE: 'By Ann.' }, shaken: { LICENSE: 'Do not.' } });
    assert.match(notices, /\n\na 1\.0\.0 \(MIT\)\n\nDo\.\n\nBy Ann\.\n$/);
    assert.doesNotMatch(notices, /shaken|Do not/);
  });

  test('take the text of the same scope for a package that ships none', () => {
    const notices = noticesOf({ '@s/a': {}, '@s/b': { LICENSE: 'Do.' } });
    assert.match(notices, /\n\n@s\/a 1\.0\.0 \(MIT\)\n@s\/b 1\.0\.0 \(MIT\)\n\nDo\.\n$/);
  });

  for (const others of [{}, { b: { LICENSE: 'Do.' } }]) {
    test(`fail for a package without a text of its licence beside ${JSON.stringify(others)}`, () => {
      assert.throws(() => noticesOf({ a: {}, ...others }), /^Error: a ships no licence text/);
    });
  }
});
