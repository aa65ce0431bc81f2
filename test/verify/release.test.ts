import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { suite, test } from 'node:test';
import { unzipSync } from 'fflate';
import { awsCalls } from './awsCalls.ts';
import { motoInSuite } from './motoServer.ts';
import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

const release = `${root}dist/release`;
const { version } = JSON.parse(await readFile(`${root}package.json`, 'utf8'));
const filesOf = async (archive: string) =>
  unzipSync(await readFile(`${release}/${archive}-${version}.zip`)) as Record<string, Uint8Array>;
const textOf = (content: Uint8Array | undefined) => Buffer.from(content ?? []).toString();

suite('npm run release', () => {
  test('writes the archives, the packages, the templates, the bill of materials and the sums', async () => {
    assert.deepEqual((await readdir(release)).sort(), [
      'SHA256SUMS',
      `approov-apigateway-authorizer-${version}.tgz`,
      `approov-apigateway-authorizer-cdk-${version}.tgz`,
      `attach-${version}.yaml`,
      `authorizer-${version}.zip`,
      `hello-${version}.zip`,
      `observability-${version}.yaml`,
      `sam-application-${version}.zip`,
      `sbom-${version}.cdx.json`,
    ]);
    await runTool('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: release });
  });

  test('writes the same bytes in another folder and time zone', async () => {
    const copy = `${root}.cache/release-copy`;
    await copyProject(copy);
    for (const file of ['build/build.ts', 'build/package.ts', 'cdk/build/build.ts', 'release/release.ts']) {
      await runTool(process.execPath, [`infra/${file}`], { cwd: copy, env: { TZ: 'Pacific/Auckland' } });
    }
    assert.equal(
      await readFile(`${copy}/dist/release/SHA256SUMS`, 'utf8'),
      await readFile(`${release}/SHA256SUMS`, 'utf8'),
    );
  });

  for (const name of ['authorizer', 'hello']) {
    test(`puts the bundle of ${name}, its notices and the licence into its archive, and nothing else`, async () => {
      const files = await filesOf(name);
      assert.deepEqual(Object.keys(files), ['LICENSE', 'THIRD-PARTY-NOTICES.txt', 'index.cjs']);
      const path = `${root}.cache/release-${name}.cjs`;
      await writeFile(path, files['index.cjs'] as Uint8Array);
      const prints = `console.log(typeof require(${JSON.stringify(path)}).handler)`;
      const env = { APPROOV_SECRET_ID: 's', AWS_REGION: 'eu-west-1' };
      const { stdout } = await runTool(process.execPath, ['-e', prints], { env });
      assert.match(stdout, /^function$/m);
    });
  }

  test('hands CI and Lambda an archive that their own tools read', async () => {
    await runTool('python3', ['-m', 'zipfile', '-t', `${release}/authorizer-${version}.zip`]);
  });
});

suite('the bill of materials', () => {
  const read = async () => JSON.parse(await readFile(`${release}/sbom-${version}.cdx.json`, 'utf8'));

  test('is valid CycloneDX 1.6', async () => {
    const folder = `${root}.cache/cyclonedx`;
    const wheel = ['cyclonedx-python-lib==11.12.0', '--no-deps', '--quiet', '--target', folder];
    await rm(folder, { recursive: true, force: true });
    await runTool(pythonTool('pip'), ['install', ...wheel]);
    await runTool(pythonTool('python'), [
      `${root}test/verify/python/validate_bom.py`,
      `${folder}/cyclonedx/schema/_res`,
      `${release}/sbom-${version}.cdx.json`,
    ]);
  });

  for (const name of ['authorizer', 'hello', 'sam-application']) {
    test(`lists what the notices in ${name} name`, async () => {
      const { dependencies } = await read();
      const files = await filesOf(name);
      const notices = textOf(files['THIRD-PARTY-NOTICES.txt'] ?? files['authorizer/THIRD-PARTY-NOTICES.txt']);
      const named = [...notices.matchAll(/^(\S+) (\d+\.\d+\.\d+) \([^)]+\)$/gm)].map(
        ([, packageName, packageVersion]) => `pkg:npm/${packageName?.replace('@', '%40')}@${packageVersion}`,
      );
      const { dependsOn } = dependencies.find(({ ref }: { ref: string }) => ref === `${name}-${version}.zip`);
      assert.deepEqual([...dependsOn].sort(), named.sort());
    });
  }

  test('gives every package its licence and the hash of its tarball', async () => {
    const { components } = await read();
    const libraries = components.filter(({ type }: { type: string }) => type === 'library');
    assert.ok(libraries.length > 10);
    for (const { name, licenses, hashes } of libraries) {
      assert.equal(licenses.length, 1, name);
      assert.match(hashes?.[0].content, /^[0-9a-f]{128}$/, name);
    }
  });
});

suite('the application for the Serverless Application Repository', () => {
  const moto = motoInSuite();
  const folder = `${root}.cache/sam-application`;
  const packaged = `${folder}/packaged.yaml`;

  test('is valid', async () => {
    await rm(folder, { recursive: true, force: true });
    for (const [path, content] of Object.entries(await filesOf('sam-application'))) {
      await mkdir(dirname(`${folder}/${path}`), { recursive: true });
      await writeFile(`${folder}/${path}`, content);
    }
    const template = ['--template', `${folder}/template.yaml`];
    await runTool(pythonTool('sam'), ['validate', '--lint', ...template], { cwd: folder, env: offline });
  });

  test('is uploaded by sam package, with the function, the licence and the readme', async () => {
    const env = { ...offline, AWS_ENDPOINT_URL: moto().endpoint };
    const Bucket = 'applications';
    const where = { LocationConstraint: 'eu-west-1' };
    await awsCalls(moto().endpoint, [['s3', 'create_bucket', { Bucket, CreateBucketConfiguration: where }]]);
    const args = [
      '--template-file',
      'template.yaml',
      '--s3-bucket',
      Bucket,
      '--output-template-file',
      packaged,
    ];
    await runTool(pythonTool('sam'), ['package', ...args], { cwd: folder, env });
    const text = await readFile(packaged, 'utf8');
    assert.match(text, /LicenseUrl: s3:\/\/applications\//);
    assert.match(text, /ReadmeUrl: s3:\/\/applications\//);
    const [, key] = /Code:\s+S3Bucket: applications\s+S3Key: (\S+)/.exec(text) ?? [];
    assert.ok(key, text);
  });

  test('is published by sam publish, whose request a stand-in receives', async () => {
    const requests: { url: string | undefined; body: Record<string, unknown> }[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      requests.push({ url: request.url, body: JSON.parse(body || '{}') });
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end('{"applicationId":"arn:aws:serverlessrepo:eu-west-1:123456789012:applications/a"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const env = {
      ...offline,
      AWS_ENDPOINT_URL: moto().endpoint,
      AWS_ENDPOINT_URL_SERVERLESSAPPLICATIONREPOSITORY: `http://127.0.0.1:${port}`,
    };
    try {
      await runTool(pythonTool('sam'), ['publish', '--template', packaged], { cwd: folder, env });
    } finally {
      server.close();
    }
    const [{ url, body } = { url: '', body: {} }] = requests;
    assert.equal(url, '/applications');
    assert.equal(body.semanticVersion, version);
    assert.equal(body.spdxLicenseId, 'MIT');
    assert.equal(body.name, 'approov-apigateway-authorizer');
  });
});

suite('the workflows', () => {
  const workflows = ['ci', 'release'].map((name) => `.github/workflows/${name}.yml`);

  for (const path of workflows) {
    test(`of ${path} pin every action by its commit`, async () => {
      const used = [...(await readFile(`${root}${path}`, 'utf8')).matchAll(/^\s*(?:- )?uses: (.+)$/gm)];
      assert.ok(used.length > 0);
      for (const [, action] of used) {
        assert.match(String(action), /^(\.\/\S+|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/);
      }
    });
  }

  test('give write access to the job that publishes alone, which checks out and installs nothing', async () => {
    const [, jobs = ''] = (await readFile(`${root}.github/workflows/release.yml`, 'utf8')).split('\njobs:\n');
    const publish = jobs.indexOf('\n  publish:');
    assert.doesNotMatch(jobs.slice(0, publish), /: write/);
    assert.doesNotMatch(jobs.slice(publish), /actions\/checkout|npm (ci|install)|secrets\./);
  });

  test('have no fault that actionlint finds', { skip: whyNoGo() }, async () => {
    const env = { GOBIN: `${root}.cache/bin`, CGO_ENABLED: '0' };
    await runTool('go', ['install', 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'], { env });
    await runTool(`${env.GOBIN}/actionlint`, workflows, { cwd: root });
  });
});

function whyNoGo(): string | false {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return false;
  } catch {
    return 'actionlint is built with Go, which is not installed';
  }
}

/** Copies the files that git knows or would know, and links the installed packages. */
async function copyProject(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await runTool('git', list, { cwd: root });
  for (const path of stdout.split('\0').filter((file) => file !== '')) {
    await cp(`${root}${path}`, `${folder}/${path}`);
  }
  for (const packages of ['node_modules', 'infra/cdk/node_modules']) {
    await runTool('cp', ['-al', `${root}${packages}`, `${folder}/${packages}`]);
  }
}
