import type { ReactNode } from 'react';
import type { CeremonyAct, CeremonyView } from '../../preload/ceremony-contract';
import { SensorPrompt } from '../security-keys/SensorPrompt';
import { AccountList } from './AccountList';
import { DevicePassphraseForm, DevicePinForm, KeyPinForm } from './EnterSecret';
import { NewKeyPin } from './NewKeyPin';
import { OnePlace, PlaceList } from './PlaceList';
import { AskedKeys, TouchPrompt, Waiting } from './Prompts';
import { SavedForm } from './SavedForm';

/** What a state shows between its words and its buttons. */
export function CeremonyState(props: {
  readonly view: CeremonyView;
  readonly formId: string;
  readonly onAct: (act: CeremonyAct) => void;
}): ReactNode {
  const { view, formId, onAct } = props;
  const { state, acts } = view;
  switch (state.name) {
    case 'choose-place':
      return state.all ? (
        <PlaceList view={view} places={state.places} onAct={onAct} autofocus />
      ) : (
        <OnePlace view={view} place={state.places[0]} />
      );
    case 'choose-account':
      return <AccountList view={view} state={state} onAct={onAct} />;
    case 'touch-key':
      return <TouchPrompt keys={state.keys} />;
    case 'key-finger':
      return (
        <SensorPrompt
          problem={
            state.retries === undefined
              ? undefined
              : { code: 'uv-invalid', message: '', retriesLeft: state.retries }
          }
        />
      );
    case 'preparing':
    case 'insert-key':
    case 'device-biometrics':
    case 'working':
      return <Waiting />;
    case 'key-pin':
      return <KeyPinForm id={formId} state={state} onAct={onAct} />;
    case 'device-pin':
      return <DevicePinForm id={formId} state={state} isNamed={view.account !== undefined} onAct={onAct} />;
    case 'device-passphrase':
      return <DevicePassphraseForm id={formId} state={state} onAct={onAct} />;
    case 'create-key-pin':
    case 'change-key-pin':
      return <NewKeyPin id={formId} state={state} onAct={onAct} />;
    case 'saved':
      return <SavedForm id={formId} state={state} canRename={acts.includes('rename')} onAct={onAct} />;
    case 'trouble':
      return state.trouble.is === 'no-match' ? <AskedKeys keys={state.trouble.keys} /> : null;
    case 'waiting':
    case 'closed':
      return null;
  }
}
