/**
 * `npm run guard` fails when the artifact outgrows its recorded budget, or when its cold start is too slow compared
 * with the same authorizer built with the SDK's client and defaults. `node test/bench/guard.ts --record` records the
 * current sizes as the new budget and leaves the ratio as it is.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { buildArtifact } from './buildArtifact.ts';
import { buildByDefaults, sdkClient } from './buildByDefaults.ts';
import { bundledModules } from './bundledModules.ts';
import { measureCold } from './measureCold.ts';
import { type Stand, startStand } from './stand.ts';
import { type Subject, subjectOf } from './subject.ts';

interface Budget {
  /** Largest size of the zipped artifact, in bytes. */
  zipBytes: number;
  /** Highest ratio of its cold start to that of the same source with the SDK's client and esbuild's defaults. */
  coldRatio: number;
  /** Number of bundled modules of each other package. */
  modules: Record<string, number>;
}

const budgetFile = new URL('budget.json', import.meta.url);
const budget: Budget = JSON.parse(readFileSync(budgetFile, 'utf8'));
const rounds = 15;

const { file, metafile } = buildArtifact();
const ours = subjectOf({ name: 'ours', title: 'this project', kind: 'ours' }, file);
const modules = bundledModules(readFileSync(metafile, 'utf8'));

if (process.argv.includes('--record')) {
  // Room for a fix or two, not for a library.
  const zipBytes = Math.ceil((ours.zipBytes * 1.05) / 100) * 100;
  writeFileSync(budgetFile, `${JSON.stringify({ ...budget, zipBytes, modules }, null, 2)}\n`);
} else {
  suite('guard', () => {
    test('the zipped artifact is not larger than its budget', () => {
      assert.ok(ours.zipBytes <= budget.zipBytes, `${ours.zipBytes} bytes, budget ${budget.zipBytes}`);
    });

    test('no package outside the budget is bundled, and none has more modules', () => {
      const grown = Object.entries(modules).filter(([name, count]) => count > (budget.modules[name] ?? 0));
      assert.deepEqual(grown, [], 'if this is intended: `node test/bench/guard.ts --record`');
    });

    suite('cold start', () => {
      let stand: Stand;
      before(async () => {
        stand = await startStand();
      });
      after(() => stand.close());

      test('is faster than with the SDK client and the defaults of esbuild', async (context) => {
        const subjects: Subject[] = [ours, await buildByDefaults(stand.directory, sdkClient)];
        const cold = await measureCold(stand, subjects, rounds);
        const [mine = Number.NaN, defaults = Number.NaN] = subjects.map(
          ({ name }) => cold.get(name)?.sum.median,
        );
        const found = `${mine.toFixed(1)} ms / ${defaults.toFixed(1)} ms = ${(mine / defaults).toFixed(2)}`;
        context.diagnostic(found);
        assert.ok(mine / defaults <= budget.coldRatio, `${found}, bound ${budget.coldRatio}`);
      });
    });
  });
}
