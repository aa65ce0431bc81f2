import { Failure } from '../errors.ts';

/** The ARN of the called method or route, in the two parts that a policy needs. */
export interface InvokeArn {
  /** `arn:<partition>:execute-api:<region>:<account>:<api>/<stage>` */
  readonly stageArn: string;
  /** what follows the stage, such as `/GET/items/1` or `/$connect`; it holds the client's path, so it is not trusted */
  readonly rawSuffix: string;
}

// Emulators use words for account and API. Partitions are aws, aws-cn, aws-us-gov and the isolated ones. No character
// with a meaning in a policy resource (`*`, `?`, `${`) may come before the suffix.
const pattern =
  /^(arn:aws[a-z-]*:execute-api:[A-Za-z0-9-]*:[A-Za-z0-9_-]*:[A-Za-z0-9_-]+\/(?:\$default|[A-Za-z0-9_-]+))((?:\/.*)?)$/s;

/**
 * Reads `methodArn` (REST, HTTP API 1.0, WebSocket) or `routeArn` (HTTP API 2.0).
 *
 * @throws Failure `event_invalid` when it is not the ARN of an API Gateway method or route
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html}
 */
export function readInvokeArn(arn: unknown): InvokeArn {
  const match = typeof arn === 'string' ? pattern.exec(arn) : null;
  if (!match) {
    throw new Failure(
      'event_invalid',
      'methodArn or routeArn is not an execute-api ARN: not an authorizer event',
    );
  }
  return { stageArn: match[1] as string, rawSuffix: match[2] as string };
}
