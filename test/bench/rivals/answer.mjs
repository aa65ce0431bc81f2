/** What every rival has in common, so that they differ only in how they get the secret and verify the token. */

/** Claims that are passed to the backend. */
const contextClaims = ['exp', 'iss', 'aud', 'sub', 'did', 'ip', 'arc', 'anno'];

/** The token header's value, whatever its case. */
export function tokenOf(event) {
  for (const [name, value] of Object.entries(event.headers ?? {})) {
    if (name.toLowerCase() === 'approov-token') return value;
  }
  return undefined;
}

/** The refusal that API Gateway answers with 401. */
export const unauthorized = () => new Error('Unauthorized');

/** Allow for the whole stage until a token expires, Approov's or the user's, with the claims as a flat context. */
export function allow(event, claims, user) {
  const context = {};
  for (const name of contextClaims) {
    const value = claims[name];
    if (value !== undefined) context[name] = typeof value === 'object' ? JSON.stringify(value) : value;
  }
  for (const name of user ? ['sub', 'exp', 'scope', 'client_id'] : []) {
    if (user[name] !== undefined) context[`user_${name}`] = user[name];
  }
  const end = `${new Date(Math.min(claims.exp, user?.exp ?? Infinity) * 1000).toISOString().slice(0, 19)}Z`;
  return {
    principalId: user?.sub ?? claims.did ?? claims.sub ?? 'approov',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Action: 'execute-api:Invoke',
          Effect: 'Allow',
          Resource: `${event.methodArn.split('/').slice(0, 2).join('/')}/*`,
          Condition: { DateLessThan: { 'aws:CurrentTime': end } },
        },
      ],
    },
    context,
  };
}
