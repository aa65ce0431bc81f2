import { cfn, type Section, type TemplateValue } from './intrinsics.ts';
import { isUnset } from './templateParameters.ts';

/** Conditions under which answers must not be kept, and identity sources change. */
export const cachingConditions: Section = {
  ReportsOnly: cfn.equals(cfn.ref('Mode'), 'report-only'),
  HasBindingHeaders: cfn.not(isUnset('BindingHeaders')),
  TakesTokenFromQuery: cfn.not(isUnset('TokenQueryParameter')),
  WebsocketHasNoSources: cfn.or(cfn.condition('ReportsOnly'), cfn.condition('TakesTokenFromQuery')),
  RequiresBinding: cfn.and(
    cfn.condition('HasBindingHeaders'),
    cfn.or(isUnset('Binding'), cfn.equals(cfn.ref('Binding'), 'required')),
  ),
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
export function identitySources(selector: string): TemplateValue {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
  const all = cfn.sub('${TokenHeader},${BindingHeaders}');
  const headers = cfn.join(`,${selector}`, cfn.split(',', all));
  return cfn.join('', [selector, cfn.if('RequiresBinding', headers, cfn.ref('TokenHeader'))]);
}
