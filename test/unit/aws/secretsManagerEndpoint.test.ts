import { FetchError } from '../../../src/errors.ts';
import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { type Environment, secretsManagerEndpoint } from '../../../src/aws/secretsManagerEndpoint.ts';

/** The SDK's own rules. */
const { endpointProvider } = new SecretsManagerClient({ region: 'us-east-1' }).config;

// A region of each partition, and of none.
const regions =
  'us-east-1 eu-west-3 ap-southeast-7 cn-north-1 us-gov-east-1 us-iso-east-1 us-isob-east-1 eu-isoe-west-1 us-isof-south-1 eusc-de-east-1 aws-global mars-north-1';

const causeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof FetchError);
    assert.equal(error.message, 'GetSecretValue failed with InvalidEndpointConfiguration');
    return (error.cause as Error).message;
  }
  return assert.fail('it found an endpoint');
};

suite('the endpoint of Secrets Manager', () => {
  const flags = fc.constantFrom('true', 'false', undefined);
  const url = fc.constantFrom(undefined, 'http://127.0.0.1:4566/', 'https://vpce.example/path');
  test("is what the SDK's own rules say, for every region, FIPS, dual-stack and a configured endpoint", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...regions.split(' ')),
        flags,
        flags,
        url,
        (AWS_REGION, fips, dual, endpoint) => {
          const environment = {
            AWS_REGION,
            AWS_USE_FIPS_ENDPOINT: fips,
            AWS_USE_DUALSTACK_ENDPOINT: dual,
            AWS_ENDPOINT_URL_SECRETS_MANAGER: endpoint,
          };
          const expected = () =>
            endpointProvider({
              Region: AWS_REGION,
              UseFIPS: fips === 'true',
              UseDualStack: dual === 'true',
              Endpoint: endpoint,
            }).url.href;
          let href: string;
          try {
            href = expected();
          } catch {
            causeOf(() => secretsManagerEndpoint(environment));
            return;
          }
          const { region, url: found } = secretsManagerEndpoint(environment);
          assert.deepEqual({ region, href: found.href }, { region: AWS_REGION, href });
        },
      ),
      { numRuns: 600 },
    );
  });

  const region = { AWS_REGION: 'eu-west-1' };
  const notUrl = 'AWS_ENDPOINT_URL is not a URL of http or https';
  const faults: [environment: Environment, cause: string][] = [
    [{}, 'AWS_REGION is not set'],
    [{ AWS_REGION: '' }, 'AWS_REGION is not set'],
    [{ ...region, AWS_USE_FIPS_ENDPOINT: 'yes' }, 'AWS_USE_FIPS_ENDPOINT must be true or false'],
    [
      { ...region, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: '1' },
      'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS must be true or false',
    ],
    [{ ...region, AWS_ENDPOINT_URL: 'localhost:4566' }, notUrl],
    [{ ...region, AWS_ENDPOINT_URL: 'localhost' }, notUrl],
    [
      { ...region, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http//x', AWS_ENDPOINT_URL: 'http://x' },
      'AWS_ENDPOINT_URL_SECRETS_MANAGER is not a URL of http or https',
    ],
    [
      { ...region, AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL: 'http://x' },
      'an endpoint of its own is neither FIPS nor dual-stack: set one or the other',
    ],
  ];
  for (const [environment, cause] of faults) {
    test(`names what is wrong: ${JSON.stringify(environment)}`, () => {
      assert.equal(
        causeOf(() => secretsManagerEndpoint(environment)),
        cause,
      );
    });
  }
});
