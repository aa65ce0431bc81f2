import { partition } from '@aws-sdk/core/client';
import { FetchError } from '../errors.ts';

/** Environment variables, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The address of Secrets Manager, by the variables that all AWS SDKs read: `AWS_ENDPOINT_URL_SECRETS_MANAGER`,
 * `AWS_ENDPOINT_URL`, `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`, `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT`,
 * `AWS_REGION`. It is the address that the SDK's own client finds, without its rules engine.
 *
 * @throws FetchError `InvalidEndpointConfiguration`
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html}
 * @see {@link https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html}
 */
export function secretsManagerEndpoint(environment: Environment): { region: string; url: URL } {
  const { AWS_REGION: region } = environment;
  if (!region) throw invalid('AWS_REGION is not set');
  const isFips = isTrue(environment, 'AWS_USE_FIPS_ENDPOINT');
  const isDualStack = isTrue(environment, 'AWS_USE_DUALSTACK_ENDPOINT');
  const configured = configuredUrl(environment);
  if (configured) {
    if (isFips || isDualStack) {
      throw invalid('an endpoint of its own is neither FIPS nor dual-stack: set one or the other');
    }
    return { region, url: configured };
  }
  const { name, dnsSuffix, dualStackDnsSuffix } = partition(region);
  const service = isFips ? 'secretsmanager-fips' : 'secretsmanager';
  const hasUsualName = !isDualStack || (isFips ? dualStackWithFips : dualStack).includes(name);
  return {
    region,
    url: new URL(`https://${service}.${region}.${hasUsualName ? dnsSuffix : dualStackDnsSuffix}`),
  };
}

/**
 * Partitions in which Secrets Manager answers over IPv6 at its usual name, and those in which its FIPS endpoint does.
 */
const dualStack = ['aws', 'aws-cn', 'aws-us-gov'];
const dualStackWithFips = ['aws', 'aws-us-gov'];

function configuredUrl(environment: Environment): URL | undefined {
  if (isTrue(environment, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS')) return undefined;
  const name = ['AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL'].find((name) => environment[name]);
  if (name === undefined) return undefined;
  const url = String(environment[name]);
  if (!URL.canParse(url) || !/^https?:/i.test(url)) throw invalid(`${name} is not a URL of http or https`);
  return new URL(url);
}

/** Reads a switch as the AWS SDK for JavaScript does: `true` or `false`, nothing else. */
function isTrue(environment: Environment, name: string): boolean {
  const word = environment[name];
  if (word !== undefined && word !== 'true' && word !== 'false') {
    throw invalid(`${name} must be true or false`);
  }
  return word === 'true';
}

function invalid(what: string): FetchError {
  return new FetchError('GetSecretValue', 'InvalidEndpointConfiguration', { cause: new Error(what) });
}
