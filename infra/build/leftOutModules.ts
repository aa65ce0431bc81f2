import { fileURLToPath } from 'node:url';
import type { Plugin } from 'esbuild';

/** A module of the AWS SDK that this function never needs. */
export interface LeftOutModule {
  /** The file, from the root of the project. */
  readonly path: string;
  /** Why it is not needed. */
  readonly why: string;
  /** What stands in its place. */
  readonly contents: string;
}

/**
 * What is left out of the bundle although the SDK's modules import it: an eighth of the bytes, and 1 ms of cold start.
 * `test/infra/build` compares the list with the SDK.
 */
export const leftOutModules: readonly LeftOutModule[] = [
  {
    path: 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/aws.js',
    why: "it sets up the endpoint rules of the SDK's client, and only the table of partitions is used",
    contents: 'export const awsEndpointFunctions = undefined;',
  },
];

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Replaces the modules by their contents. */
export const leaveOut = (modules: readonly LeftOutModule[]): Plugin => ({
  name: 'leave out',
  setup(build) {
    build.onLoad({ filter: /node_modules/ }, ({ path }) => {
      const module = modules.find((candidate) => path === root + candidate.path);
      return module && { contents: module.contents };
    });
  },
});
