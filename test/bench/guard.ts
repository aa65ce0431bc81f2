/**
 * `npm run guard` fails when the artifact outgrows its recorded budget, when it loads more of Node.js, or when its cold start
 * or its decisions are too slow compared with others built in the same run. `node test/bench/guard.ts --record` records the
 * current sizes and built-in modules as the new budget and leaves the ratios as they are.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, suite, test } from 'node:test';
import { buildArtifact } from './buildArtifact.ts';
import { buildByDefaults, sdkClient } from './buildByDefaults.ts';
import { bundledModules } from './bundledModules.ts';
import { childScript, runChild } from './child.ts';
import { measureCold } from './measureCold.ts';
import { measurePaced } from './measurePaced.ts';
import { measureWarm } from './measureWarm.ts';
import { startStand } from './stand.ts';
import { type Subject, subjectOf } from './subject.ts';
import { installRivals, powertools } from './subjects.ts';

/** Of a new token, and of a repeated one. */
type Ratios = Record<'distinct' | 'repeated', number>;

interface Budget {
  /** Largest size of the zipped artifact, in bytes. */
  zipBytes: number;
  /** Highest ratio of its cold start to that of the same source with the SDK's client and esbuild's defaults. */
  coldRatio: number;
  /** Highest ratios of a decision's time to that of Powertools + jose, with the log silent. */
  decisionRatios: { paced: Ratios; backToBack: Ratios };
  /** Number of bundled modules of each other package. */
  modules: Record<string, number>;
  /** Built-in modules of Node.js that loading the artifact adds. */
  builtins: string[];
}

const budgetFile = new URL('budget.json', import.meta.url);
const budget: Budget = JSON.parse(readFileSync(budgetFile, 'utf8'));
const rounds = 15;

const { file, metafile } = buildArtifact();
const ours = subjectOf({ name: 'ours', title: 'this project', kind: 'ours' }, file);
const silent = subjectOf({ name: 'ours-silent', title: 'this project, log silent', kind: 'ours' }, file, {
  APPROOV_LOG_LEVEL: 'silent',
});
const modules = bundledModules(readFileSync(metafile, 'utf8'));
const stand = await startStand();
const { builtins } = await runChild<{ builtins: string[] }>(ours, childScript('builtins.mjs'), stand.env);

if (process.argv.includes('--record')) {
  // Room for a fix or two, not for a library.
  const zipBytes = Math.ceil((ours.zipBytes * 1.05) / 100) * 100;
  writeFileSync(budgetFile, `${JSON.stringify({ ...budget, zipBytes, modules, builtins }, null, 2)}\n`);
  await stand.close();
} else {
  suite('guard', () => {
    after(() => stand.close());

    test('the zipped artifact is not larger than its budget', () => {
      assert.ok(ours.zipBytes <= budget.zipBytes, `${ours.zipBytes} bytes, budget ${budget.zipBytes}`);
    });

    test('no package outside the budget is bundled, and none has more modules', () => {
      const grown = Object.entries(modules).filter(([name, count]) => count > (budget.modules[name] ?? 0));
      assert.deepEqual(grown, [], 'if this is intended: `node test/bench/guard.ts --record`');
    });

    test('loading it adds no built-in module outside the budget', () => {
      assert.deepEqual(
        builtins.filter((name) => !budget.builtins.includes(name)),
        [],
      );
    });

    test('a cold start is faster than with the SDK client and the defaults of esbuild', async (context) => {
      const subjects: Subject[] = [ours, await buildByDefaults(stand.directory, sdkClient)];
      const cold = await measureCold(stand, subjects, rounds);
      const [mine = Number.NaN, defaults = Number.NaN] = subjects.map(
        ({ name }) => cold.get(name)?.sum.median,
      );
      const found = `${mine.toFixed(1)} ms / ${defaults.toFixed(1)} ms = ${(mine / defaults).toFixed(2)}`;
      context.diagnostic(found);
      assert.ok(mine / defaults <= budget.coldRatio, `${found}, bound ${budget.coldRatio}`);
    });

    const measures = {
      paced: (subjects: Subject[]) => measurePaced(stand, subjects, 5, 60),
      backToBack: (subjects: Subject[]) => measureWarm(stand, subjects, 5, 1000),
    };
    for (const kind of ['paced', 'backToBack'] as const) {
      test(`decisions keep their ratio to those of Powertools: ${kind}`, async (context) => {
        installRivals();
        const figures = await measures[kind]([silent, await buildByDefaults(stand.directory, powertools)]);
        for (const tokens of ['distinct', 'repeated'] as const) {
          const [mine = Number.NaN, theirs = Number.NaN] = [...figures.values()].map(
            (figure) => figure[tokens].median,
          );
          const bound = budget.decisionRatios[kind][tokens];
          const found = `${tokens}: ${mine.toFixed(0)} us / ${theirs.toFixed(0)} us = ${(mine / theirs).toFixed(2)}`;
          context.diagnostic(found);
          assert.ok(mine / theirs <= bound, `${found}, bound ${bound}`);
        }
      });
    }
  });
}
