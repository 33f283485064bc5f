import { useEffect, useState } from 'react';
import type { PasskeyDetails, PasskeyView } from '../../preload/contract';
import { callForValue } from '../store/call';
import { useLatchkey } from '../store/context';

export type Asked =
  | { readonly state: 'asking' }
  | { readonly state: 'known'; readonly details: PasskeyDetails }
  /** `message`: a sentence for people. */
  | { readonly state: 'failed'; readonly message: string };

const asking: Asked = { state: 'asking' };

/** The bytes of a passkey, asked for once: what was told stays when the passkey is gone. */
export function usePasskeyDetails({ id }: PasskeyView): Asked {
  const { api } = useLatchkey();
  const [asked, setAsked] = useState<Asked>(asking);
  useEffect(() => {
    let current = true;
    void callForValue(api, 'passkeyDetails', id).then((answer) => {
      if (!current) return;
      setAsked(
        answer.ok
          ? { state: 'known', details: answer.value }
          : { state: 'failed', message: answer.problem.message },
      );
    });
    return () => {
      current = false;
    };
  }, [api, id]);
  return asked;
}
