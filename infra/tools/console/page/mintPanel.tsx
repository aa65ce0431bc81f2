import { useState } from 'preact/hooks';
import type { InspectInput, MintInput, MintResult, SendResult, Setup } from '../protocol.ts';
import { call } from './calls.ts';
import { apiNames, Choice, Code, CopyButton, Field, Problem, useAction } from './parts.tsx';
import { Result } from './requestsPanel.tsx';

/** Mints a token of this run, and sends it or hands it out as header or curl command. */
export function MintPanel({ setup, onInspect }: { setup: Setup; onInspect: (input: InspectInput) => void }) {
  const [input, setInput] = useState<MintInput>({
    api: setup.apis[0]?.name ?? '',
    algorithm: setup.algorithms[0] ?? '',
    expiresIn: 3600,
    boundTo: '',
    user: 'alice',
    issuer: '',
    claims: '',
    isSigned: false,
    method: 'GET',
    body: '',
  });
  // As text: while a minus sign is typed there is no number yet.
  const [expiresIn, setExpiresIn] = useState(String(input.expiresIn));
  const [minted, setMinted] = useState<MintResult>();
  const [sent, setSent] = useState<SendResult>();
  const { problem, run } = useAction();
  const issuers = setup.apis.find(({ name }) => name === input.api)?.issuers ?? [];
  const issuer = issuers.includes(input.issuer) ? input.issuer : (issuers[0] ?? '');
  const change = (part: Partial<MintInput>) => setInput((known) => ({ ...known, ...part }));
  const text = (name: 'user' | 'boundTo' | 'claims' | 'body') => ({
    value: input[name],
    onInput: (event: { currentTarget: HTMLInputElement }) => change({ [name]: event.currentTarget.value }),
  });
  const mint = (event: Event) => {
    event.preventDefault();
    setMinted(undefined);
    setSent(undefined);
    run(async () =>
      setMinted(await call<MintResult>('mint', { ...input, issuer, expiresIn: Number(expiresIn) })),
    );
  };
  const send = (result: MintResult) =>
    run(async () => setSent(await call<SendResult>('sendRequest', result.request)));

  return (
    <>
      <form onSubmit={mint} class="columns">
        <Choice label="API" value={input.api} values={apiNames(setup)} onChoose={(api) => change({ api })} />
        <Choice
          label="Algorithm"
          hint={input.algorithm === 'HS256' ? 'signed with the secret' : 'signed with the keyset'}
          value={input.algorithm}
          values={setup.algorithms}
          onChoose={(algorithm) => change({ algorithm })}
        />
        <Field label="Ends in" hint="seconds; below 0 it has ended">
          <input
            type="number"
            required
            min={-86_400}
            max={86_400}
            value={expiresIn}
            onInput={(event) => setExpiresIn(event.currentTarget.value)}
          />
        </Field>
        {issuer ? (
          <>
            <Field label="User" hint="whose login is sent and bound">
              <input {...text('user')} />
            </Field>
            <Choice
              label="Issuer"
              hint="of the user's token"
              value={issuer}
              values={issuers}
              onChoose={(chosen) => change({ issuer: chosen })}
            />
          </>
        ) : (
          <Field label="Bound to" hint="value of the Authorization header">
            <input placeholder="Bearer user-1" {...text('boundTo')} />
          </Field>
        )}
        <Field label="Further claims" hint="a JSON object">
          <input placeholder='{"anno": ["beta"]}' spellcheck={false} {...text('claims')} />
        </Field>
        <Choice
          label="Method"
          value={input.method}
          values={['GET', 'POST']}
          onChoose={(method) => change({ method })}
        />
        {input.method === 'POST' && (
          <Field label="Body">
            <input {...text('body')} />
          </Field>
        )}
        <label class="check">
          <input
            type="checkbox"
            checked={input.isSigned}
            onChange={(event) => change({ isSigned: event.currentTarget.checked })}
          />
          Sign the request with a new installation key
        </label>
        <button type="submit" class="main">
          Mint
        </button>
      </form>
      <Problem text={problem} />
      {minted && (
        <div class="result">
          <div class="bar">
            <CopyButton label="Copy header" text={minted.header} />
            <CopyButton label="Copy curl" text={minted.curl} />
            <button
              type="button"
              onClick={() => onInspect({ api: input.api, text: minted.curl, headers: '' })}
            >
              Inspect
            </button>
            <button type="button" onClick={() => send(minted)}>
              Send
            </button>
          </div>
          <h3>Token</h3>
          <Code label="Token">{minted.token}</Code>
          <h3>Request</h3>
          <Code label="Request as a curl command">{minted.curl}</Code>
        </div>
      )}
      <div role="status">{sent && <Result setup={setup} result={sent} />}</div>
    </>
  );
}
