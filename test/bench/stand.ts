import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKeysetServer } from '../../infra/tools/approov/keysetServer.ts';
import { loopbackCertificate } from '../../infra/tools/local/loopbackCertificate.ts';
import { mintUserToken, newUserPool, poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import type { ChildEnvironment } from './child.ts';
import { requestEvent } from './event.ts';
import { type RuntimeApi, startRuntimeApi } from './runtimeApi.ts';
import { mintToken } from './tokens.ts';

/** The dummy secret that Approov publishes for examples. */
export const secret =
  'h+CX0tOzdAAR9l15bWAqvq7w9olk66daIH+Xk+IAHhVVHszjDzeGobzNnqyRze3lw/WVyWrc2gZfh3XXfBOmww==';

const pool = newUserPool('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Example');

/** The login of a user, good for ten hours of real time. */
export const userToken = mintUserToken(pool, { sub: 'alice', exp: Math.floor(Date.now() / 1000) + 36_000 });

/** What the measured processes need: Secrets Manager and the users' keys over HTTPS, the Runtime API, a directory. */
export interface Stand {
  readonly secretsManager: SecretsManager;
  readonly runtimeApi: RuntimeApi;
  readonly directory: string;
  /** The variables that Lambda sets, and the addresses of the stand-ins. */
  readonly env: ChildEnvironment;
  /** Variables that switch the check of users on. */
  readonly userEnv: ChildEnvironment;
  close(): Promise<void>;
}

/** Starts the stand-ins. */
export async function startStand(): Promise<Stand> {
  const directory = mkdtempSync(join(tmpdir(), 'authorizer-bench-'));
  const tls = loopbackCertificate('rsa');
  const certificateFile = join(directory, 'cert.pem');
  writeFileSync(certificateFile, tls.cert);
  const secretsManager = await startSecretsManager({ tls, region: 'us-east-1' });
  // The secret was stored long ago, as usual in production.
  const createdDate = new Date(Date.now() - 90 * 86_400_000);
  secretsManager.putSecret('approov', { string: secret }, { createdDate });
  const runtimeApi = await startRuntimeApi(() => requestEvent(mintToken(secret), userToken));
  const keys = await startKeysetServer([poolJwk(pool)], { host: '127.0.0.1', tls });
  return {
    secretsManager,
    runtimeApi,
    directory,
    env: {
      ...lambdaEnvironment,
      AWS_LAMBDA_RUNTIME_API: runtimeApi.address,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      NODE_EXTRA_CA_CERTS: certificateFile,
      APPROOV_SECRET_ID: 'approov',
    },
    userEnv: {
      APPROOV_USER_AUTH: 'jwt',
      APPROOV_USER_ISSUER: pool.issuer,
      APPROOV_USER_AUDIENCE: pool.clientId,
      APPROOV_USER_JWKS_URI: keys.uri,
    },
    async close() {
      runtimeApi.close();
      await keys.close();
      await secretsManager.close();
      rmSync(directory, { recursive: true });
    },
  };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const lambdaEnvironment = {
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEXAMPLE',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/authorizer',
  AWS_LAMBDA_LOG_STREAM_NAME: 'bench',
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
};
