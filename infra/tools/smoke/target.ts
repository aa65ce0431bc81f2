import type { Config } from '../../../src/config/settings.ts';

/** Kinds of API, as the authorizer's log calls them. */
export type ApiKind = 'rest' | 'http' | 'websocket';

/** An API to try. */
export interface SmokeApi {
  readonly kind: ApiKind;
  /** Of a guarded route, as clients know it. */
  readonly url: string;
}

/** What the smoke test sends requests to. */
export interface SmokeTarget {
  /** What it is, without a name of the account's. */
  readonly description: string;
  readonly apis: readonly SmokeApi[];
  /** The settings of the authorizer. */
  readonly config: Config;
  /** It was deployed from this project's templates: REST has gateway responses, and Hello is behind the APIs. */
  readonly isTemplate: boolean;
  /** The stack's log groups; none when they are unknown. */
  readonly logGroups: readonly string[];
}

/** The target cannot be found or read. The user can fix it. */
export class SmokeTargetError extends Error {
  override readonly name = 'SmokeTargetError';
}

/**
 * Where a request for an API of AWS goes: to the API, or to the emulator that stands in for AWS, under the path by which
 * emulators serve the APIs of a stack.
 *
 * @param emulator what `AWS_ENDPOINT_URL` says.
 */
export function addressOf(url: string, emulator: string | undefined): string {
  const [, protocol, apiId, path] =
    /^(https|wss):\/\/([a-z0-9]+)\.execute-api\.[^/]+(\/.*)?$/.exec(url) ?? [];
  if (emulator === undefined || protocol === undefined) {
    return url;
  }
  return `${emulator.replace(/\/$/, '')}/_aws/execute-api/${apiId}${path ?? '/'}`;
}
