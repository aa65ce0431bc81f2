import { suite, test } from 'node:test';
import { runTool } from './runTool.ts';
import { samFolder } from './samFunctions.ts';
import { packageServerless } from './serverlessTemplate.ts';
import { offline, pythonTool, root } from './tools.ts';

const committed = ['sam/template.yaml', 'attach.yaml', 'observability.yaml'].map(
  (name) => `infra/cloudformation/${name}`,
);

/** Stages of serverless.yml by name, with their parameters. */
const stages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  defaults: {},
  options: {
    websocket: 'on',
    APPROOV_BINDING_HEADERS: 'Authorization',
    kmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    logKmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab',
    reservedConcurrency: '100',
    throttlingRateLimit: '500',
    throttlingBurstLimit: '1000',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:alarms',
  },
  users: {
    APPROOV_USER_AUTH: 'jwt',
    APPROOV_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
    APPROOV_USER_AUDIENCE: '1example23456789',
    APPROOV_BINDING_HEADERS: 'Authorization',
    websocket: 'on',
  },
  keyset: {
    APPROOV_ALGORITHMS: 'RS256',
    APPROOV_KEYSET_JWKS_URI: 'https://keys.example.com/jwks.json',
    APPROOV_DENIAL_ARC: 'on',
    hideToken: 'on',
    websocket: 'on',
    APPROOV_TOKEN_QUERY_PARAMETER: 'approov_token',
  },
};

suite('cfn-lint finds nothing', () => {
  for (const template of committed) {
    test(`in ${template}`, async () => {
      await runTool(pythonTool('cfn-lint'), ['--', template], { cwd: root });
    });
  }
  for (const [name, parameters] of Object.entries(stages)) {
    test(`in what Serverless compiles with ${name}`, async () => {
      const { file } = await packageServerless(`lint-${name}`, parameters);
      // W3005: Serverless writes DependsOn beside a reference that implies it.
      await runTool(pythonTool('cfn-lint'), ['--ignore-checks', 'W3005', '--', file], { cwd: root });
    });
  }
});

suite('sam validate --lint finds nothing', () => {
  for (const template of committed) {
    test(`in ${template}`, async () => {
      await runTool(pythonTool('sam'), ['validate', '--lint', '--template', `${root}${template}`], {
        cwd: samFolder,
        env: offline,
      });
    });
  }
});
