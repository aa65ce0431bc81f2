import { cfn, type Section, type TemplateValue } from './intrinsics.ts';
import { isUnset } from './templateParameters.ts';

const firstBindingHeader = cfn.select(0, cfn.split(',', cfn.ref('BindingHeaders')));

/** Conditions under which answers must not be kept, and identity sources change. */
export const cachingConditions: Section = {
  ReportsOnly: cfn.equals(cfn.ref('Mode'), 'report-only'),
  HasBindingHeaders: cfn.not(isUnset('BindingHeaders')),
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
  ChecksUsers: cfn.equals(cfn.ref('UserAuth'), 'jwt'),
  HasUserHeader: cfn.not(isUnset('UserHeader')),
  BindsUserHeader: cfn.and(
    cfn.condition('RequiresBinding'),
    cfn.or(
      cfn.equals(firstBindingHeader, cfn.ref('UserHeader')),
      cfn.and(isUnset('UserHeader'), cfn.equals(firstBindingHeader, 'Authorization')),
    ),
  ),
  // A header that is bound is an identity source already.
  AddsUserHeader: cfn.and(cfn.condition('ChecksUsers'), cfn.not(cfn.condition('BindsUserHeader'))),
  HasNoIdentitySource: cfn.and(cfn.condition('ReportsOnly'), cfn.not(cfn.condition('ChecksUsers'))),
  // A handshake without the token header may have the token in its query.
  WebsocketHasNoSources: cfn.or(
    cfn.condition('HasNoIdentitySource'),
    cfn.not(isUnset('TokenQueryParameter')),
  ),
};

/** The header of the user's token. */
export const userHeader = cfn.if('HasUserHeader', cfn.ref('UserHeader'), 'Authorization');

/** Time to live in seconds. */
export const ttlSeconds = cfn.if('AnswersVary', 0, cfn.ref('AuthorizerTtlSeconds'));

/**
 * The identity sources, joined: the token header, each header that a token must be bound to, and the header of the
 * user's token where users are checked. The last is the only one in report-only, which lets requests without the others
 * through.
 *
 * @param selector what comes before a header's name, such as `method.request.header.`
 */
export function identitySources(selector: string): TemplateValue {
  const ofApproov = [
    cfn.ref('TokenHeader'),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
    cfn.if('RequiresBinding', cfn.sub(',${BindingHeaders}'), ''),
    cfn.if('AddsUserHeader', cfn.join('', [',', userHeader]), ''),
  ];
  const headers = cfn.if('ReportsOnly', userHeader, cfn.join('', ofApproov));
  return cfn.join('', [selector, cfn.join(`,${selector}`, cfn.split(',', headers))]);
}
