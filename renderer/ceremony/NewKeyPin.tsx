import { useState } from 'react';
import type { Problem } from '../../preload/contract';
import type { CeremonyAct, CeremonyState } from '../../preload/ceremony-contract';
import { ceremony } from '../messages/en/ceremony';
import { PinForm } from '../security-keys/PinForm';

type NewPinState = Extract<CeremonyState, { readonly name: 'create-key-pin' | 'change-key-pin' }>;

/** A new PIN for a security key, twice, with the current one where there is one. It is wiped as soon as it is sent. */
export function NewKeyPin(props: {
  readonly id: string;
  readonly state: NewPinState;
  readonly onAct: (act: CeremonyAct) => void;
}) {
  const { state, onAct } = props;
  const [sent, setSent] = useState(0);
  const isChange = state.name === 'change-key-pin';
  return (
    <PinForm
      key={sent}
      id={props.id}
      purpose={isChange ? 'change' : 'set'}
      pin={{ supported: true, set: isChange, changeRequired: isChange, ...state.rules }}
      problem={problemOf(state)}
      sending={false}
      onSubmit={({ current, fresh }) => {
        setSent(sent + 1);
        onAct(isChange ? { act: 'change-pin', current, next: fresh } : { act: 'create-pin', pin: fresh });
      }}
    />
  );
}

function problemOf(state: NewPinState): Problem | undefined {
  if (state.refusal !== undefined)
    return { code: 'pin-policy', message: ceremony.pin.refusal(state.rules)[state.refusal] };
  if (state.name === 'create-key-pin' || state.retries === undefined) return undefined;
  return { code: 'pin-invalid', message: '', retriesLeft: state.retries };
}
