import { cfn, type Section, type TemplateValue } from './intrinsics.ts';

/** How long API Gateway keeps an answer. */
export const ttlParameter: Section = {
  AuthorizerTtlSeconds: {
    Type: 'Number',
    Default: 300,
    MinValue: 0,
    MaxValue: 3600,
    Description:
      'Seconds that API Gateway keeps an answer. 0 by itself with message signing, ResourceScope=method, Binding=if-present or Mode=report-only',
  },
};

/** Conditions under which an answer must not be kept, and identity sources change. */
export const cachingConditions: Section = {
  ReportsOnly: cfn.equals(cfn.ref('Mode'), 'report-only'),
  RequiresBinding: cfn.equals(cfn.ref('Binding'), 'required'),
  AnswersVary: cfn.or(
    cfn.condition('ReportsOnly'),
    cfn.equals(cfn.ref('Binding'), 'if-present'),
    cfn.equals(cfn.ref('ResourceScope'), 'method'),
    cfn.not(cfn.equals(cfn.ref('MessageSigning'), 'off')),
  ),
};

/** Time to live in seconds. */
export const ttlSeconds = cfn.if('AnswersVary', 0, cfn.ref('AuthorizerTtlSeconds'));

/**
 * The identity sources, joined: the token header, and each header that a token must be bound to.
 *
 * @param selector what comes before a header's name, such as `method.request.header.`
 */
export function identitySources(selector: string, separator: string): TemplateValue {
  const headers = cfn.join(`${separator}${selector}`, cfn.split(',', cfn.ref('BindingHeaders')));
  const bound = cfn.if('RequiresBinding', cfn.join('', [`${separator}${selector}`, headers]), '');
  return cfn.join('', [selector, cfn.ref('TokenHeader'), bound]);
}

/** In report-only there are no identity sources: API Gateway would refuse a request that lacks one by itself. */
export function unlessReportOnly(sources: TemplateValue, otherwise?: TemplateValue): TemplateValue {
  return cfn.if('ReportsOnly', otherwise ?? cfn.ref('AWS::NoValue'), sources);
}
