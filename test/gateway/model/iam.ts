// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's variables are written so
import { runSimulation, runUnsafeSimulation, type Simulation } from '@cloud-copilot/iam-simulate';

/** How IAM evaluates a request. */
export type Evaluation = 'allowed' | 'explicit-deny' | 'implicit-deny' | 'malformed';

/** An authorizer's policy, held against the call of one method at one moment. */
export interface InvokeRequest {
  readonly policyDocument: unknown;
  readonly arn: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const evaluations = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicit-deny',
  ImplicitlyDenied: 'implicit-deny',
} as const;

/**
 * Evaluates a policy with an IAM simulator. Its validation comes first: a policy that IAM would not take is
 * `malformed`.
 *
 * The simulator's list of ARNs knows methods with a path of a character at least: `/$connect` and the root go to the
 * same engine without that list.
 */
export async function evaluate(request: InvokeRequest): Promise<Evaluation> {
  const { policyDocument, arn, at } = request.arn.includes('*') ? withoutStar(request) : request;
  const listed = await runSimulation(simulationOf({ policyDocument, arn: listedArn(arn), at }), {});
  if (listed.resultType === 'error') {
    if (listed.errors.message === 'policy.errors') return 'malformed';
    throw new Error(`the simulation did not run: ${listed.errors.message}`);
  }
  if (listedArn(arn) === arn) return evaluations[listed.overallResult];
  return evaluations[runUnsafeSimulation(simulationOf({ policyDocument, arn, at }), {})];
}

/** The ARN itself, or in its place one of the same stage that the simulator's list has. */
function listedArn(arn: string): string {
  const [, stage, rest] = /^(arn:[^/]+\/[^/]+)(.*)$/s.exec(arn) ?? [];
  return /^\/[A-Z]+\/.+$/s.test(rest ?? '') ? arn : `${stage}/GET/listed`;
}

/**
 * The simulator takes a star in the called ARN for a pattern; to IAM it is a character like any other. So another
 * character, which nobody sends, stands for it there, and for the policy's star that stands for itself.
 */
function withoutStar({ policyDocument, arn, at }: InvokeRequest): InvokeRequest {
  const star = { token: '${*}', character: '\ue000' };
  const policy = JSON.parse(JSON.stringify(policyDocument), (key, value) =>
    key === 'Resource' && typeof value === 'string'
      ? value.replace(/\$\{[*?$]\}/g, (token) => (token === star.token ? star.character : token))
      : value,
  );
  return { policyDocument: policy, arn: arn.replaceAll('*', star.character), at };
}

function simulationOf({ policyDocument, arn, at }: InvokeRequest): Simulation {
  const accountId = arn.split(':')[4] as string;
  const partition = arn.split(':')[1] as string;
  return {
    request: {
      principal: `arn:${partition}:iam::${accountId}:user/caller`,
      action: 'execute-api:Invoke',
      resource: { resource: arn, accountId },
      contextVariables: { 'aws:CurrentTime': new Date(at).toISOString() },
    },
    identityPolicies: [{ name: 'authorizer', policy: policyDocument }],
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  };
}
