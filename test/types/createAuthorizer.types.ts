/** Checked by the compiler: every line under `@ts-expect-error` must not compile, every other one must. */
import type { APIGatewayAuthorizerResult, APIGatewaySimpleAuthorizerWithContextResult } from 'aws-lambda';
import type { SettingName } from '../../src/config/settings.ts';
import {
  type AuthorizerOptions,
  createAuthorizer,
  type PolicyResponse,
  type SimpleResponse,
} from '../../src/index.ts';

createAuthorizer({ secretId: 's', bindingHeaders: ['Authorization'], binding: 'if-present' });
createAuthorizer({ secretId: 's', audience: ['a.example.com', 'b.example.com'] });
createAuthorizer({ secretId: 's', audience: 'a.example.com' });
// @ts-expect-error null is not an option's value
createAuthorizer({ secretId: 's', issuer: null });
// @ts-expect-error the secret is required
createAuthorizer({});
// @ts-expect-error no such mode
createAuthorizer({ secretId: 's', mode: 'off' });
// @ts-expect-error seconds are numbers
createAuthorizer({ secretId: 's', secretTtlSeconds: '300' });
// @ts-expect-error no such option
createAuthorizer({ secretId: 's', ttl: 300 });

// Every setting is an option, and every option a setting.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const isComplete: Same<keyof AuthorizerOptions, SettingName> = true;

// The answers are what AWS's types say they must be.
declare const policy: PolicyResponse;
declare const simple: SimpleResponse;
const policyAnswer: Pick<APIGatewayAuthorizerResult, 'principalId' | 'context'> = {
  ...policy,
  context: { ...policy.context },
};
const simpleAnswer: APIGatewaySimpleAuthorizerWithContextResult<SimpleResponse['context']> = simple;
void [isComplete, policyAnswer, simpleAnswer];
