import { readConfig } from '../../../src/config/readConfig.ts';
import type { DemoGround, DemoRequest } from '../approov/demoRequests.ts';
import type { ApiGroup, LocalApi, RequestGround } from '../console/localRun.ts';
import type { Emulator } from './emulator.ts';
import type { Demo } from './runDemo.ts';

/** The APIs of one emulation, as the demo and the console use them. */
export interface DemoGroup extends ApiGroup {
  readonly emulator: Emulator;
}

/** How the APIs of an emulation are described. */
export interface GroupOptions extends Pick<ApiGroup, 'settings' | 'login'> {
  /** Scheme, host and port of both APIs. */
  readonly origin: string;
  /** Of their names. */
  readonly suffix: string;
  /** How long the valid requests stay valid. */
  readonly usableSeconds: number;
  /** Makes the demo's requests to Hello at a URL. */
  readonly requestsTo: (url: string, ground: DemoGround) => DemoRequest[];
}

/** The REST and the HTTP API of an emulation. */
export function apiGroup(options: GroupOptions): ApiGroup {
  const { origin, suffix, usableSeconds, requestsTo, settings, login } = options;
  const { config: rules } = readConfig(settings, (name) => name);
  const api = (name: string, path: string): LocalApi => {
    const url = `${origin}${path}`;
    return {
      name: `${name}${suffix}`,
      url,
      requests: (ground) => requestsTo(url, { ...ground, usableSeconds, rules }),
    };
  };
  return { rest: api('REST', '/dev/hello'), http: api('HTTP', '/hello'), settings, login };
}

/** The requests to the APIs of one emulation, for this secret and moment. */
export function demoOf({ emulator, rest, http }: DemoGroup, ground: RequestGround): Demo {
  return {
    emulator,
    apis: [rest, http].map(({ name, requests }) => ({ name, requests: requests(ground) })),
  };
}
