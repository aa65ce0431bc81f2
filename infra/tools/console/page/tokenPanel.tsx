import { useState } from 'preact/hooks';
import type { InspectInput, InspectResult, Setup } from '../protocol.ts';
import { call } from './calls.ts';
import { apiNames, Choice, Explained, Field, Problem, span, useAction, useNow, Verdict } from './parts.tsx';

/** What is pasted; the Mint panel fills it in too. */
export interface TokenForm {
  readonly input: InspectInput;
  readonly onInput: (input: InspectInput) => void;
}

/** Reads a token or a request, and asks the authorizer's code for its verdict. */
export function TokenPanel({ setup, input, onInput }: { setup: Setup } & TokenForm) {
  const [result, setResult] = useState<InspectResult>();
  const { problem, run } = useAction();
  const change = (part: Partial<InspectInput>) => onInput({ ...input, ...part });
  const inspect = (event: Event) => {
    event.preventDefault();
    setResult(undefined);
    run(async () => setResult(await call<InspectResult>('inspect', input)));
  };
  return (
    <>
      <form onSubmit={inspect}>
        <Field label="Token, or a request as a curl command" hint="nothing leaves this machine">
          <textarea
            rows={5}
            spellcheck={false}
            autocomplete="off"
            value={input.text}
            onInput={(event) => change({ text: event.currentTarget.value })}
          />
        </Field>
        <Field label="Headers" hint="one a line, such as those that the token is bound to">
          <textarea
            rows={2}
            spellcheck={false}
            placeholder="Authorization: Bearer user-1"
            value={input.headers}
            onInput={(event) => change({ headers: event.currentTarget.value })}
          />
        </Field>
        <div class="bar">
          <Choice
            label="Settings of"
            value={input.api}
            values={apiNames(setup)}
            onChoose={(api) => change({ api })}
          />
          <button type="submit" class="main">
            Inspect
          </button>
        </div>
      </form>
      <Problem text={problem} />
      <div role="status">{result && <Inspected setup={setup} result={result} />}</div>
      <p class="quiet">
        The verdict follows from this run's settings and secret. To inspect tokens of your Approov account,
        store its secret here with <code>npm run secret</code>; the terminal shows the endpoint.
      </p>
    </>
  );
}

function Inspected({ setup, result }: { setup: Setup; result: InspectResult }) {
  const { line, unverifiedHeader, unverifiedClaims, isBodyUnknown } = result;
  return (
    <div class="result">
      <p>
        <Verdict line={line} /> <strong>{line.reason ?? 'This request would be accepted.'}</strong>
      </p>
      <Explained explanation={setup.explanations[line.reason ?? '']} />
      {isBodyUnknown && (
        <p class="quiet">
          The body is in a file or a form, which was not read. An authorizer never gets the body; the backend
          compares it with <code>Content-Digest</code>.
        </p>
      )}
      {unverifiedHeader === undefined ? (
        <p>This request has no Approov token.</p>
      ) : (
        <>
          <h3>Header</h3>
          <Parts part={unverifiedHeader} meanings={headerMeanings} />
          <h3>Claims</h3>
          <Parts part={unverifiedClaims} meanings={setup.claims} />
        </>
      )}
    </div>
  );
}

const headerMeanings: Readonly<Record<string, string>> = {
  alg: 'the algorithm of the signature',
  typ: 'the type: JWT',
  kid: 'which key of the keyset signed it',
};

interface PartsOptions {
  part: unknown;
  meanings: Readonly<Record<string, string>>;
}

/** Names and values of a part of the token, with what each means. */
function Parts({ part, meanings }: PartsOptions) {
  const now = useNow();
  if (part === null || typeof part !== 'object') {
    return <p class="quiet">{part === undefined ? 'none' : 'not a JSON object'}</p>;
  }
  return (
    <table class="claims">
      <tbody>
        {Object.entries(part).map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
              {isTime(name, value) && (
                <>
                  <br />
                  <strong>{span(value - now)}</strong>, {new Date(value * 1000).toLocaleString('en-GB')}
                </>
              )}
              <br />
              <span class="quiet">{meanings[name] ?? 'not known to the authorizer'}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function isTime(name: string, value: unknown): value is number {
  return ['exp', 'nbf', 'iat', 'auth_time'].includes(name) && typeof value === 'number' && value < 1e11;
}
