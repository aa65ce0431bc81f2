import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { runTool } from './runTool.ts';
import { samFolder } from './samFunctions.ts';
import { packageServerless } from './serverlessTemplate.ts';
import { offline, pythonTool, root } from './tools.ts';

const committed = ['sam/template.yaml', 'attach.yaml', 'observability.yaml'].map(
  (name) => `infra/cloudformation/${name}`,
);

/** cfn-lint on every template: the committed ones, and what Serverless compiles with and without options. */
export async function cfnLint(): Promise<string> {
  const compiled = [
    await packageServerless('lint-defaults'),
    await packageServerless('lint-options', {
      websocket: 'on',
      bindingHeaders: 'Authorization',
      kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
    }),
  ];
  await runTool(pythonTool('cfn-lint'), ['--', ...committed], { cwd: root });
  // W3005: Serverless writes DependsOn where a reference says it already.
  const files = compiled.map(({ file }) => file);
  await runTool(pythonTool('cfn-lint'), ['--ignore-checks', 'W3005', '--', ...files], { cwd: root });
  return `${committed.join(', ')} and ${compiled.length} stages of serverless.yml are clean`;
}

/** `sam validate --lint` on every template that SAM can read. */
export async function samValidate(): Promise<string> {
  for (const template of committed) {
    await runTool(pythonTool('sam'), ['validate', '--lint', '--template', `${root}${template}`], {
      cwd: samFolder,
      env: offline,
    });
  }
  return committed.join(', ');
}

/** `sam build`: each package must hold the very bundle of `npm run build`, and nothing beside it. */
export async function samBuild(): Promise<string> {
  const output = `${samFolder}.aws-sam/build`;
  await rm(output, { recursive: true, force: true });
  await runTool(pythonTool('sam'), ['build'], { cwd: samFolder, env: offline });
  const packages = (await readdir(output, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  for (const { name } of packages) {
    assert.deepEqual(await readdir(`${output}/${name}`), ['index.cjs'], name);
    const bundle = name.startsWith('Hello') ? 'hello' : 'authorizer';
    const [built, made] = await Promise.all(
      [`${output}/${name}/index.cjs`, `${root}dist/${bundle}/index.cjs`].map((file) => readFile(file)),
    );
    assert.ok(built && made?.equals(built), `${name} holds another bundle than dist/${bundle}`);
  }
  // Its code is in S3: there is nothing to build, and SAM must say so and not fail.
  const attach = ['build', '--template', `${root}infra/cloudformation/attach.yaml`, '--build-dir'];
  await runTool(pythonTool('sam'), [...attach, `${root}.cache/sam-attach`], { cwd: root, env: offline });
  return `${packages.length} packages of index.cjs alone`;
}
