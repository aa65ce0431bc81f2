/**
 * `npm run verify`: the templates, the packages and the dashboard's filters, tried with AWS's own tools and with imitations
 * of AWS on this machine. No account, and no Docker needed. `npm run verify -- NAME` runs the checks whose names hold NAME,
 * and the installations.
 */

import { attachToMoto } from './attachToMoto.ts';
import { type Check, type Outcome, outcomeOf } from './check.ts';
import { deployToMoto } from './deployToMoto.ts';
import { metricFilters } from './metricFilters.ts';
import { runTool } from './runTool.ts';
import { sameAsMoto } from './sameAsMoto.ts';
import { samInvocations } from './samInvocations.ts';
import { samLocalInvoke } from './samLocalInvoke.ts';
import { samTransform } from './samTransform.ts';
import { serverlessPackage } from './serverlessPackage.ts';
import { cfnLint, samBuild, samValidate } from './templates.ts';
import { installPythonTools, installRuntimeClient, root } from './tools.ts';

const preparations: readonly Check[] = [
  { name: 'install cfn-lint, SAM CLI, moto', run: installPythonTools },
  { name: 'install the runtime client', run: installRuntimeClient },
  {
    name: 'npm run build',
    run: async () => {
      await runTool(`${root}node_modules/.bin/node`, ['infra/build/build.ts'], { cwd: root });
      return 'dist/authorizer, dist/hello';
    },
  },
];

const checks: readonly Check[] = [
  { name: 'cfn-lint', run: cfnLint },
  { name: 'sam validate --lint', run: samValidate },
  { name: 'sam build', run: samBuild },
  { name: 'SAM template as AWS translates it', run: samTransform },
  { name: 'serverless package', run: serverlessPackage },
  { name: 'serverless deploy into moto', run: deployToMoto },
  { name: 'attach stack into moto', run: attachToMoto },
  { name: 'events in the runtime emulator', run: samInvocations },
  { name: 'metric filters on real log lines', run: metricFilters },
  { name: 'Secrets Manager stand-in against moto', run: sameAsMoto },
  { name: 'sam local invoke', run: samLocalInvoke },
];

const wanted = process.argv.slice(2);
const chosen = checks.filter(({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)));
if (chosen.length === 0) {
  console.error(
    `no check has ${wanted.join(' or ')} in its name; there are:\n  ${checks.map(({ name }) => name).join('\n  ')}`,
  );
  process.exit(2);
}

const results: { name: string; outcome: Outcome; seconds: number }[] = [];
for (const check of [...preparations, ...chosen]) {
  const start = performance.now();
  const outcome = await outcomeOf(check);
  results.push({ name: check.name, outcome, seconds: (performance.now() - start) / 1000 });
  if (outcome.status === 'failed') {
    console.error(`\n${check.name} failed:\n${outcome.detail}\n`);
    if (preparations.includes(check)) {
      break;
    }
  }
}

const width = Math.max(...results.map(({ name }) => name.length));
console.log(`\n${'check'.padEnd(width)}  result     time  seen`);
for (const { name, outcome, seconds } of results) {
  const [firstLine] = outcome.detail.split('\n');
  console.log(
    `${name.padEnd(width)}  ${outcome.status.padEnd(7)} ${seconds.toFixed(1).padStart(5)} s  ${firstLine}`,
  );
}
const count = (status: Outcome['status']) =>
  results.filter(({ outcome }) => outcome.status === status).length;
console.log(`\n${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped`);
process.exitCode = count('failed') > 0 ? 1 : 0;
