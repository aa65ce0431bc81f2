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

/**
 * What is left out of the bundle, though the SDK's modules import it: a fifth of the bytes, and 6 ms of cold start. What
 * stands in place of the credentials and the event streams fails by a name of its own, which the log shows, should it ever be
 * run. `test/build` holds the list against the SDK.
 */
export const leftOutModules: readonly LeftOutModule[] = [
  {
    path: /\/util-endpoints\/aws$/,
    why: "sets up the client's endpoint rules, of which only the table of partitions is used",
    contents: 'export const awsEndpointFunctions = undefined;',
  },
  {
    path: /^@aws-sdk\/credential-provider-node$/,
    why: "the chain of the client that is not used here; Lambda's credentials are environment variables",
    contents: `export const defaultProvider = () => { throw ${thrown('CredentialChainLeftOut')} };`,
  },
  {
    path: /^@smithy\/core\/event-streams$/,
    why: 'GetSecretValue has no event stream',
    contents: `throw ${thrown('EventStreamsLeftOut')}`,
  },
  {
    path: /\/stream-type-check$/,
    why: 'request and response are text and a Node.js stream: naming the web streams would load them',
    contents: 'export const isReadableStream = () => false; export const isBlob = () => false;',
  },
];

/** Replaces the modules by their contents. */
export const leaveOut = (modules: readonly LeftOutModule[]): Plugin => ({
  name: 'leave out',
  setup(build) {
    modules.forEach(({ path, contents }, index) => {
      const namespace = `left-out-${index}`;
      build.onResolve({ filter: path }, (args) => ({ path: args.path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, () => ({ contents }));
    });
  },
});
