import type { APIGatewayClientConfig } from '@aws-sdk/client-api-gateway';
import type { Parameters } from './parameters.ts';

/** Requests per second, and at once. */
export type Throttling = Readonly<Record<'ThrottlingRateLimit' | 'ThrottlingBurstLimit', number>>;

/** Limits of each stage for each of its routes. */
export function throttlingOf(parameters: Parameters): Throttling | undefined {
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = parameters;
  if (rate === undefined) return undefined;
  return { ThrottlingRateLimit: Number(rate), ThrottlingBurstLimit: Number(burst) };
}

/** What the plugin uses of Serverless. */
interface Serverless {
  readonly service: { readonly custom: { readonly stage: { readonly throttling: Throttling | null } } };
  getProvider(name: 'aws'): AwsProvider;
}

interface AwsProvider {
  readonly naming: { getRestApiLogicalId(): string };
  getApiGatewayStage(): string;
  getStackResources(): Promise<readonly { LogicalResourceId: string; PhysicalResourceId: string }[]>;
  getAwsSdkV3Config(): Promise<APIGatewayClientConfig>;
}

/**
 * A plugin of Serverless that sets the limits of the REST API's stage after a deployment. Serverless makes that stage
 * without a resource, so no template can set them; it sets the stage's access log in the same way.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html#UpdateStage-Patch}
 */
export default class RestThrottling {
  readonly hooks = { 'after:deploy:deploy': () => this.#throttle() };
  readonly #serverless: Serverless;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
  }

  async #throttle(): Promise<void> {
    const { throttling } = this.#serverless.service.custom.stage;
    if (throttling === null) return;
    // Loaded here, because every command of Serverless loads the plugin.
    const { APIGatewayClient, UpdateStageCommand } = await import('@aws-sdk/client-api-gateway');
    const aws = this.#serverless.getProvider('aws');
    const id = aws.naming.getRestApiLogicalId();
    const resources = await aws.getStackResources();
    const restApiId = resources.find(({ LogicalResourceId }) => LogicalResourceId === id)?.PhysicalResourceId;
    const client = new APIGatewayClient(await aws.getAwsSdkV3Config());
    const limits = [
      ['rateLimit', throttling.ThrottlingRateLimit],
      ['burstLimit', throttling.ThrottlingBurstLimit],
    ] as const;
    const patchOperations = limits.map(([name, limit]) => ({
      op: 'replace' as const,
      path: `/*/*/throttling/${name}`,
      value: String(limit),
    }));
    await client.send(
      new UpdateStageCommand({ restApiId, stageName: aws.getApiGatewayStage(), patchOperations }),
    );
  }
}
