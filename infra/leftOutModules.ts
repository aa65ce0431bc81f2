import type { Plugin } from 'esbuild';

/** A module of the AWS SDK that this function never runs. */
export interface LeftOutModule {
  /** the import, as its importer writes it */
  readonly path: RegExp;
  /** name of the error that says so, should it ever be run */
  readonly error: string;
  /** classes that its importers name at load; none: it is loaded by `import()` alone */
  readonly classes?: readonly string[];
}

/**
 * What is left out of the bundle, and why it cannot be missed. `test/build` fails when one of them becomes reachable.
 *
 * - The credential providers after the environment's: in Lambda the runtime always sets `AWS_ACCESS_KEY_ID`,
 *   `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, and the chain loads the others only after that one has failed.
 * - Event streams: `GetSecretValue` has none.
 * - SHA-256 in JavaScript: for builds of Node.js without crypto.
 * - The adaptive retry strategy: the client is made with `retryMode: 'standard'`.
 */
export const leftOutModules: readonly LeftOutModule[] = [
  {
    path: /^(@aws-sdk\/credential-provider-(sso|ini|process|web-identity|http)|@smithy\/credential-provider-imds)$/,
    error: 'NoCredentialsInEnvironment',
  },
  { path: /^@smithy\/core\/event-streams$/, error: 'EventStreamsLeftOut' },
  { path: /^\.\/Sha256Js$/, error: 'Sha256JsLeftOut', classes: ['Sha256Js'] },
  { path: /\/AdaptiveRetryStrategy$/, error: 'AdaptiveRetryLeftOut', classes: ['AdaptiveRetryStrategy'] },
];

/** Puts a module in the place of each, that throws its error when it is run. */
export const leaveOut: Plugin = {
  name: 'leave out',
  setup(build) {
    leftOutModules.forEach(({ path, error, classes = [] }, index) => {
      build.onResolve({ filter: path }, () => ({
        path: String(index),
        namespace: 'left-out',
        sideEffects: classes.length === 0,
      }));
      const thrown = `Object.assign(new Error('left out of the bundle'), { name: '${error}' })`;
      const contents = classes.length
        ? classes.map((name) => `export class ${name} { constructor() { throw ${thrown} } }`).join('\n')
        : `throw ${thrown}`;
      build.onLoad({ filter: new RegExp(`^${index}$`), namespace: 'left-out' }, () => ({ contents }));
    });
  },
};
