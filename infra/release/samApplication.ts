import { parseDocument } from 'yaml';

/**
 * The attach template as an application of the Serverless Application Repository: with its description, and with the
 * function's package next to it instead of the parameters that name one. `sam package` uploads all that it names.
 *
 * @param attach the text of infra/cloudformation/attach.yaml, whose comments stay
 * @see {@link https://docs.aws.amazon.com/serverlessrepo/latest/devguide/serverlessrepo-how-to-publish.html}
 */
export function samApplicationTemplate(attach: string, version: string): string {
  // The library does not know the tags of intrinsic functions, and leaves them as they are.
  const document = parseDocument(attach, { logLevel: 'silent' });
  document.set('Transform', 'AWS::Serverless-2016-10-31');
  document.set('Metadata', {
    'AWS::ServerlessRepo::Application': {
      Name: 'approov-apigateway-authorizer',
      Description: 'Lambda authorizer that checks Approov tokens for REST, HTTP and WebSocket APIs.',
      Author: 'approov-apigateway-authorizer',
      SpdxLicenseId: 'MIT',
      LicenseUrl: 'LICENSE',
      ReadmeUrl: 'README.md',
      Labels: ['approov', 'api-gateway', 'authorizer', 'attestation', 'mobile'],
      SemanticVersion: version,
    },
  });
  document.deleteIn(['Parameters', 'CodeBucket']);
  document.deleteIn(['Parameters', 'CodeKey']);
  document.setIn(['Resources', 'AuthorizerFunction', 'Properties', 'Code'], 'authorizer');
  return document.toString({ lineWidth: 0 });
}
