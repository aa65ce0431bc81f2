import type { Plugin } from 'esbuild';

/** A module of the AWS SDK that has nothing to do in this function. */
export interface LeftOutModule {
  /** the import, as its importers write it */
  readonly path: RegExp;
  /** why it cannot be missed */
  readonly why: string;
  /** what stands in its place */
  readonly contents: string;
}

const thrown = (name: string) => `Object.assign(new Error('left out of the bundle'), { name: '${name}' })`;
const throwingClass = (name: string) =>
  `export class ${name} { constructor() { throw ${thrown(`${name}LeftOut`)} } }`;

/**
 * What is left out of the bundle: a third of the SDK, and 20 ms of cold start. What stands in its place says so by an error
 * with a name of its own, which the log shows, should it ever be run. `test/build` holds the list against the SDK.
 */
export const leftOutModules: readonly LeftOutModule[] = [
  {
    path: /^(@aws-sdk\/credential-provider-(sso|ini|process|web-identity|http)|@smithy\/credential-provider-imds)$/,
    why: 'the Lambda runtime always sets the credential variables, and the chain loads these only after they failed',
    contents: `throw ${thrown('NoCredentialsInEnvironment')}`,
  },
  {
    path: /^@smithy\/core\/event-streams$/,
    why: 'GetSecretValue has no event stream',
    contents: `throw ${thrown('EventStreamsLeftOut')}`,
  },
  {
    path: /^\.\/Sha256Js$/,
    why: 'for builds of Node.js without crypto',
    contents: throwingClass('Sha256Js'),
  },
  {
    path: /\/AdaptiveRetryStrategy$/,
    why: "the client is made with retryMode 'standard'",
    contents: throwingClass('AdaptiveRetryStrategy'),
  },
  {
    path: /^\.\/(shared-ini-file-loader\/)?readFile$/,
    why: 'a Lambda function has no ~/.aws/config: as if the file were not there, without loading node:fs/promises',
    contents: `
      export const filePromises = {};
      export const fileIntercept = {};
      export const readFile = () => Promise.reject(${thrown('SharedConfigLeftOut')});`,
  },
  {
    path: /\/stream-type-check$/,
    why: 'request and response are text and a Node.js stream: naming the web streams would load them',
    contents: 'export const isReadableStream = () => false; export const isBlob = () => false;',
  },
];

/** Puts what stands in its place into the bundle. */
export const leaveOut: Plugin = {
  name: 'leave out',
  setup(build) {
    leftOutModules.forEach(({ path, contents }, index) => {
      const namespace = `left-out-${index}`;
      build.onResolve({ filter: path }, (args) => ({ path: args.path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, () => ({ contents }));
    });
  },
};
