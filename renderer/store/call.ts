/** Calls as the window wants them: a call that rejects (contract broken, main process gone) is a problem like any other. */
import type {
  CallArguments,
  CallName,
  CallResults,
  EditedNames,
  LatchkeyApi,
  Problem,
  Result,
} from '../../preload/contract';
import { words } from '../messages/en';

/** Those that answer with nothing but whether it worked. */
type ResultCall = { [N in CallName]: CallResults[N] extends Result ? N : never }[CallName];

function internal(): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { code: 'internal', message: words.common.internalProblem } };
}

export async function callFor<N extends ResultCall>(
  api: LatchkeyApi,
  name: N,
  ...args: CallArguments<N>
): Promise<Result> {
  try {
    return await api.call(name, ...args);
  } catch {
    return internal();
  }
}

export async function callDelete(api: LatchkeyApi, ids: readonly string[]) {
  try {
    return await api.call('deletePasskeys', [...ids]);
  } catch {
    return internal();
  }
}

export async function callEdit(api: LatchkeyApi, id: string, names: EditedNames) {
  try {
    return await api.call('editPasskey', id, names);
  } catch {
    return internal();
  }
}

/** Those that answer with something of their own. */
type ValueCall =
  | 'browsers'
  | 'passkeyDetails'
  | 'nameOwn'
  | 'setUpDevice'
  | 'recoverDevice'
  | 'newRecoveryKey'
  | 'saveRecoveryKey'
  | 'previousGeneration';

export async function callForValue<N extends ValueCall>(
  api: LatchkeyApi,
  name: N,
  ...args: CallArguments<N>
): Promise<CallResults[N] | ReturnType<typeof internal>> {
  try {
    return await api.call(name, ...args);
  } catch {
    return internal();
  }
}
