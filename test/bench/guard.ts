/**
 * Fails when the artifact grows past the recorded budget, or starts slower than it should beside the same authorizer built
 * carelessly: `npm run guard`. `node test/bench/guard.ts --record` writes what is found as the new budget, leaving the bounds as they are.
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
  /** Most bytes of the zipped artifact. */
  zipBytes: number;
  /** Highest ratio of its cold start to that of the same source on the SDK's client, with esbuild's defaults. */
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

    test('no package is bundled that is not in the budget, none has more modules', () => {
      const grown = Object.entries(modules).filter(([name, count]) => count > (budget.modules[name] ?? 0));
      assert.deepEqual(grown, [], 'if it is meant to be: `node test/bench/guard.ts --record`');
    });

    suite('cold start', () => {
      let stand: Stand;
      before(async () => {
        stand = await startStand();
      });
      after(() => stand.close());

      test('is faster than on the SDK client with the defaults of esbuild', async (context) => {
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
