import { render } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Decision, InspectInput, LogEvent, Setup, StreamItem } from '../protocol.ts';
import { call, followStream } from './calls.ts';
import { FaultsPanel } from './faultsPanel.tsx';
import { LivePanel } from './livePanel.tsx';
import { MintPanel } from './mintPanel.tsx';
import { useNarrow } from './parts.tsx';
import { PolicyPanel } from './policyPanel.tsx';
import { RequestsPanel } from './requestsPanel.tsx';
import { TokenPanel } from './tokenPanel.tsx';

const workTabs = ['Requests', 'Token', 'Mint', 'Faults'] as const;
/** On a phone, the live decisions are a tab too. */
const allTabs = [...workTabs, 'Live'] as const;
type Tab = (typeof allTabs)[number];

/** How many decisions and events the page keeps. */
const kept = 500;

function App({ setup }: { setup: Setup }) {
  const isNarrow = useNarrow();
  const [chosen, setTab] = useState<Tab>('Requests');
  const tabs: readonly Tab[] = isNarrow ? allTabs : workTabs;
  const tab = tabs.includes(chosen) ? chosen : 'Requests';
  const [isConnected, setConnected] = useState(true);
  const [items, setItems] = useState<readonly (Decision | LogEvent)[]>([]);
  const [fault, setFault] = useState(setup.fault);
  const [inspected, setInspected] = useState<InspectInput>({
    api: setup.apis[0]?.name ?? '',
    text: '',
    headers: '',
  });
  useEffect(() => {
    const take = (all: readonly StreamItem[]) => {
      for (const item of all) if (item.kind === 'fault') setFault(item.fault);
      const more = all.filter((item) => item.kind !== 'fault');
      if (more.length > 0) setItems((known) => [...known, ...more].slice(-kept));
    };
    followStream({
      onOpen: () => {
        setItems([]);
        setConnected(true);
      },
      onItems: take,
      onClosed: () => setConnected(false),
    });
  }, []);
  const decisions = items.filter((item) => item.kind === 'decision');
  const events = items.filter((item) => item.kind === 'event');
  const watch = (
    <div class="watch">
      <section aria-labelledby="live">
        <h2 id="live">Live decisions</h2>
        <LivePanel setup={setup} decisions={decisions} />
      </section>
      <section aria-labelledby="policy">
        <h2 id="policy">The policy</h2>
        <PolicyPanel decision={decisions.at(-1)} />
      </section>
    </div>
  );

  return (
    <>
      <header>
        <h1>Approov authorizer</h1>
        <p class={isConnected ? 'state' : 'state off'} role="status">
          {isConnected ? 'local console, live' : 'not connected: is npm start still running?'}
        </p>
      </header>
      {setup.isShared && (
        <p class="warning">
          Everyone on this network can call these APIs, and whoever has this page's address can mint tokens.
        </p>
      )}
      <main>
        <div class="work">
          <Tabs tabs={tabs} selected={tab} onSelect={setTab} />
          {tabs.map((name) => (
            <div
              key={name}
              id={`panel-${name}`}
              role="tabpanel"
              aria-labelledby={`tab-${name}`}
              hidden={tab !== name}
            >
              <h2 class="hidden">{name}</h2>
              {name === 'Requests' && <RequestsPanel setup={setup} />}
              {name === 'Token' && <TokenPanel setup={setup} input={inspected} onInput={setInspected} />}
              {name === 'Mint' && (
                <MintPanel
                  setup={setup}
                  onInspect={(input) => {
                    setInspected(input);
                    setTab('Token');
                    document.getElementById('tab-Token')?.focus();
                  }}
                />
              )}
              {name === 'Faults' && (
                <FaultsPanel setup={setup} fault={fault} onFault={setFault} events={events} />
              )}
              {name === 'Live' && watch}
            </div>
          ))}
        </div>
        {!isNarrow && watch}
      </main>
    </>
  );
}

interface TabsOptions {
  tabs: readonly Tab[];
  selected: Tab;
  onSelect: (tab: Tab) => void;
}

/** @see {@link https://www.w3.org/WAI/ARIA/apg/patterns/tabs/} */
function Tabs({ tabs, selected, onSelect }: TabsOptions) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tabs[(tabs.indexOf(selected) + step + tabs.length) % tabs.length] as Tab;
    onSelect(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div role="tablist" aria-label="Panels" ref={list} onKeyDown={move}>
      {tabs.map((name) => (
        <button
          key={name}
          type="button"
          role="tab"
          id={`tab-${name}`}
          aria-controls={`panel-${name}`}
          aria-selected={selected === name}
          tabIndex={selected === name ? 0 : -1}
          onClick={() => onSelect(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

const root = document.getElementById('app') as HTMLElement;
try {
  render(<App setup={await call<Setup>('setup')} />, root);
} catch (error) {
  render(<p class="problem">{(error as Error).message}</p>, root);
}
