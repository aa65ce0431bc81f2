import type { AuthorizerTools } from '../../src/index.ts';
import type { SecretSource, SecretVersion } from '../../src/keys/secretCache.ts';

/** A version of a secret, from its bytes or from the text that Secrets Manager has. */
export const versionOf = (secret: Uint8Array | string, versionId = 'v1', createdAt = 0): SecretVersion => ({
  text: typeof secret === 'string' ? secret : Buffer.from(secret).toString('base64'),
  versionId,
  createdAt,
});

/** A source that always gives this secret. */
export const sourceOf =
  (secret: Uint8Array | string): SecretSource =>
  async () =>
    versionOf(secret);

/** A source during an outage. The message must not be shown. */
export const unavailable: SecretSource = async () => {
  throw new Error('a value that must not be shown');
};

/** The SDK's client, as far as the authorizer uses it, with a source for each secret. */
export function clientOf(sourceFor: (secretId: string) => SecretSource) {
  const send = async ({ input }: { input: { SecretId: string } }) => {
    const version = await sourceFor(input.SecretId)('AWSCURRENT', new AbortController().signal);
    const { text, versionId, createdAt = 0 } = version ?? {};
    return { SecretString: text, VersionId: versionId, CreatedDate: new Date(createdAt) };
  };
  return { send } as unknown as NonNullable<AuthorizerTools['client']>;
}
