import { useState } from 'preact/hooks';
import type { RequestRow, SendResult, Setup } from '../protocol.ts';
import { call } from './calls.ts';
import { apiNames, Choice, Explained, Json, Pairs, Problem, useAction, Verdict } from './parts.tsx';

/** The demo's requests: sends one or all, and shows what was expected and what came. */
export function RequestsPanel({ setup }: { setup: Setup }) {
  const [apiName, setApiName] = useState(setup.apis[0]?.name ?? '');
  const [results, setResults] = useState<Readonly<Record<string, SendResult>>>({});
  const [opened, setOpened] = useState<string>();
  const { problem, isBusy, run } = useAction();
  const api = setup.apis.find(({ name }) => name === apiName);
  const rows = api?.requests ?? [];
  const keyOf = (row: RequestRow) => `${apiName} ${row.title}`;

  const send = async (row: RequestRow) => {
    const result = await call<SendResult>('send', { api: apiName, title: row.title });
    setResults((known) => ({ ...known, [keyOf(row)]: result }));
  };
  const sendOne = (row: RequestRow) =>
    run(async () => {
      await send(row);
      setOpened(keyOf(row));
    });
  const sendAll = () =>
    run(async () => {
      for (const row of rows) await send(row);
    });
  const sent = rows.flatMap((row) => {
    const result = results[keyOf(row)];
    return result ? [isAsExpected(row, result)] : [];
  });

  return (
    <>
      <div class="bar">
        <Choice label="API" value={apiName} values={apiNames(setup)} onChoose={setApiName} />
        <button type="button" class="main" aria-disabled={isBusy} onClick={sendAll}>
          Send all {rows.length} requests
        </button>
        <p role="status">
          {sent.length > 0 && `${sent.filter(Boolean).length} of ${sent.length} as expected`}
        </p>
      </div>
      <Problem text={problem} />
      <ul class="requests">
        {rows.map((row) => {
          const key = keyOf(row);
          const result = results[key];
          return (
            <li key={key}>
              <div class="request">
                <Mark row={row} result={result} />
                <span class="title">{row.title}</span>
                <span class="expected">
                  <span class="quiet">{row.method} → </span>
                  {outcome(row.awsStatus, row.reason)}
                  {result && !isAsExpected(row, result) && (
                    <strong> got {outcome(result.awsStatus, result.decision?.line.reason)}</strong>
                  )}
                </span>
                <span class="actions">
                  {result && (
                    <button
                      type="button"
                      class="quiet"
                      aria-expanded={opened === key}
                      aria-label={`${result.awsStatus}: result of ${row.title}`}
                      onClick={() => setOpened(opened === key ? undefined : key)}
                    >
                      {result.awsStatus}
                    </button>
                  )}
                  <button
                    type="button"
                    aria-label={`Send ${row.title}`}
                    aria-disabled={isBusy}
                    onClick={() => sendOne(row)}
                  >
                    Send
                  </button>
                </span>
              </div>
              {result && opened === key && <Result setup={setup} result={result} />}
            </li>
          );
        })}
      </ul>
    </>
  );
}

/** What a request got: status, headers, body, and the authorizer's log line. */
export function Result({ setup, result }: { setup: Setup; result: SendResult }) {
  const { decision, status, awsStatus, headers, body } = result;
  return (
    <div class="result">
      <p>
        <strong>{awsStatus}</strong> {decision ? <Verdict line={decision.line} /> : null}{' '}
        {decision ? decision.line.reason : 'The gateway answered by itself: the authorizer was not called.'}
      </p>
      {status !== awsStatus && (
        <p class="quiet">
          API Gateway answers {awsStatus}. Here <code>serverless offline</code> answered {status}, with the
          body below.
        </p>
      )}
      <Explained explanation={setup.explanations[decision?.line.reason ?? '']} />
      <Json label="Body" value={parsed(body)} />
      {decision && <Json label="Log line" value={decision.line} />}
      <details>
        <summary>Headers</summary>
        <Pairs pairs={headers} />
      </details>
    </div>
  );
}

function Mark({ row, result }: { row: RequestRow; result: SendResult | undefined }) {
  if (result === undefined) return <span class="mark" />;
  const isGood = isAsExpected(row, result);
  return (
    <span
      class={`mark ${isGood ? 'good' : 'bad'}`}
      role="img"
      aria-label={isGood ? 'as expected' : 'not as expected'}
    >
      {isGood ? '✓' : '✗'}
    </span>
  );
}

function isAsExpected(row: RequestRow, { awsStatus, decision }: SendResult): boolean {
  return row.awsStatus === awsStatus && row.reason === decision?.line.reason;
}

function outcome(status: number, reason: string | undefined): string {
  return reason === undefined ? String(status) : `${status} ${reason}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
