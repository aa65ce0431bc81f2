import { attachTemplate } from '../cloudformation/attach.ts';
import { templateYaml } from '../cloudformation/yaml.ts';
import type { Section, TemplateValue } from '../stack/intrinsics.ts';

/**
 * The attach template as an application of the Serverless Application Repository: with its description, and with the
 * function's package beside it in place of parameters that name one. `sam package` uploads all that it names.
 *
 * @see {@link https://docs.aws.amazon.com/serverlessrepo/latest/devguide/serverlessrepo-how-to-publish.html}
 */
export function samApplicationTemplate(version: string): string {
  return templateYaml({
    ...attachTemplate,
    transform: 'AWS::Serverless-2016-10-31',
    metadata: {
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
    },
    parameters: attachTemplate.parameters.map(({ comment, entries }) => {
      const { CodeBucket: _bucket, CodeKey: _key, ...others } = entries;
      return { comment, entries: others };
    }),
    resources: attachTemplate.resources.map(({ comment, entries }) => ({
      comment,
      entries: Object.fromEntries(
        Object.entries(entries).map(([id, resource]) => [
          id,
          id === 'AuthorizerFunction' ? withCodeBeside(resource) : resource,
        ]),
      ),
    })),
  });
}

function withCodeBeside(resource: TemplateValue): TemplateValue {
  const { Properties, ...others } = resource as Section;
  return { ...others, Properties: { ...(Properties as Section), Code: 'authorizer' } };
}
