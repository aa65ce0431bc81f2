import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

/** A call of an AWS API, with boto3's names. */
export type AwsCall = readonly [service: string, operation: string, parameters: object];

/** The answer of the AWS API as boto3 returns it, with dates as text. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the service's, and the tests assert on it
export type AwsAnswer = Record<string, any>;

/**
 * Calls AWS APIs one after another.
 *
 * @param endpoint of the APIs.
 * @returns the answers in the same order.
 * @throws Error with boto3's message when a call fails.
 */
export async function awsCalls<const Calls extends readonly AwsCall[]>(
  endpoint: string,
  calls: Calls,
): Promise<{ readonly [Index in keyof Calls]: AwsAnswer }> {
  const { stdout } = await runTool(pythonTool('python'), [`${root}test/verify/python/aws_calls.py`], {
    input: JSON.stringify(calls),
    env: { ...offline, AWS_ENDPOINT_URL: endpoint },
  });
  return JSON.parse(stdout);
}
