import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

/** A call of an AWS API by boto3's names. */
export type AwsCall = readonly [service: string, operation: string, parameters: object];

/** What boto3 answers: as the AWS API does, with dates as text. */
// biome-ignore lint/suspicious/noExplicitAny: the shape is the service's, and the checks assert on it
export type AwsAnswer = Record<string, any>;

/**
 * Makes calls of AWS APIs, one after another, and gives their answers.
 *
 * @param endpoint where the APIs are.
 * @throws Error with what boto3 says, when one fails.
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
