/** The rules that all stacks of the project share. The build writes `stackRules.js` from infra/cdk/build/stackRules.ts. */

/** What follows from the options. */
export interface Plan {
  /** The tokens may be signed with the secret. */
  readonly needsSecret: boolean;
  /** The account message signing key is used. */
  readonly needsAccountKey: boolean;
  /** Variables of the function, without those of the secrets. */
  readonly environment: { readonly [variable: string]: string };
  /** How long API Gateway keeps an answer. */
  readonly ttlSeconds: number;
  /** Headers that are identity sources. */
  readonly headers: readonly string[];
  /** The same of a WebSocket API. */
  readonly webSocketHeaders: readonly string[];
  readonly isSimpleResponse: boolean;
  /** Headers that a browser may send. */
  readonly corsHeaders: readonly string[];
  /** The REST API's own responses. */
  readonly gatewayResponses: readonly {
    readonly type: string;
    readonly status: string;
    readonly templates: { readonly [contentType: string]: string };
  }[];
}

/** A CloudFormation resource. */
export interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: any value of a template
  readonly Properties: { readonly [name: string]: any };
}

/** @throws Error with everything that is wrong about the options. */
export function plan(options: {
  readonly settings: { readonly [name: string]: unknown };
  readonly ttlSeconds: number | undefined;
  readonly identitySourceHeaders: readonly string[] | undefined;
  readonly refusalAlarmPercent: number | undefined;
  readonly runtime: string | undefined;
  readonly unknown: readonly string[];
}): Plan;

/** Statements of a policy. */
// biome-ignore lint/suspicious/noExplicitAny: as PolicyStatement.fromJson takes it
export function readSecrets(arns: readonly string[]): any;
// biome-ignore lint/suspicious/noExplicitAny: as PolicyStatement.fromJson takes it
export function decryptSecrets(keyArn: string): any;

export const lambda: { readonly runtime: string; readonly timeoutSeconds: number };
export function defaultOf(parameter: string): number;

/** Metric filters, alarms and a dashboard. */
export function observabilityResources(observation: {
  readonly functionName: string;
  readonly logGroupName: string;
  readonly namespace: string;
  readonly dashboardName: string | undefined;
  readonly refusalAlarmPercent: number;
  readonly alarmActions: readonly string[];
}): {
  readonly filters: { readonly [id: string]: Resource };
  readonly alarms: { readonly [id: string]: Resource };
  readonly dashboard: { readonly [id: string]: Resource };
};
