import { createContext, useContext, type ReactNode } from 'react';
import { useStore } from 'zustand';
import type { LatchkeyApi } from '../../preload/contract';
import type { TestersApi } from '../../preload/simulator-contract';
import type { WindowState } from './state';
import type { WindowStore } from './window-store';

export interface Latchkey {
  readonly store: WindowStore;
  readonly api: LatchkeyApi;
  /** Asks for the snapshot again after it failed. */
  readonly reconnect: () => void;
  /** In builds for testers. */
  readonly testers?: TestersApi;
}

const LatchkeyContext = createContext<Latchkey | null>(null);

export function LatchkeyProvider(props: { readonly value: Latchkey; readonly children: ReactNode }) {
  return <LatchkeyContext.Provider value={props.value}>{props.children}</LatchkeyContext.Provider>;
}

export function useLatchkey(): Latchkey {
  const latchkey = useContext(LatchkeyContext);
  if (latchkey === null) throw new Error('useLatchkey outside LatchkeyProvider');
  return latchkey;
}

export function useWindowState<T>(select: (state: WindowState) => T): T {
  return useStore(useLatchkey().store, select);
}
