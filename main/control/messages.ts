/** Requests and answers inside the sealed channel, and the errors that come back whole. */
import {
  byteString,
  decodeRequest,
  decodeResponse,
  encodeBody,
  optional,
  record,
  required,
  text,
  uint,
  type Codec,
  type TypeOf,
} from '../ctap/codec';
import { CtapStatusError } from '../ctap/errors';
import type { VaultProblemCode } from '../vault/model';
import { VaultError } from '../vault/vault-error';
import { ControlError } from './control-error';
import {
  operations,
  type DeviceService,
  type OperationArguments,
  type OperationName,
  type OperationResult,
} from './operations';

/** What the server says first, when both sides are known. */
export const welcome = record({
  /** Of the program, for the report. */
  program: required('program', text),
});

const request = record({
  operation: required('operation', text),
  arguments: required('arguments', byteString),
});

/**
 * What went wrong, by `kind`: `vault`, `ctap` (both made anew on the other side), `unknown-operation`, `invalid` (the arguments), `cancelled`,
 * or `other`.
 */
const failure = record({
  kind: required('kind', text),
  message: required('message', text),
  code: optional('code', text),
  status: optional('status', uint),
  triesLeft: optional('triesLeft', uint),
  wait: optional('wait', uint),
});

const answer = record({ result: optional('result', byteString), failure: optional('failure', failure) });

export function encodeRequest<N extends OperationName>(name: N, args: OperationArguments<N>): Uint8Array {
  const takes = operations[name].takes as Codec<OperationArguments<N>>;
  return encodeBody(request, { operation: name, arguments: encodeBody(takes, args) });
}

/** Does what a request asks for. Resolves to the answer, also where it failed; never rejects. */
export async function answerTo(
  message: Uint8Array,
  service: DeviceService,
  signal: AbortSignal,
): Promise<Uint8Array> {
  let asked: { readonly operation: string; readonly arguments: Uint8Array };
  try {
    asked = decodeRequest(request, message);
  } catch {
    return refusal('invalid', 'not a request');
  }
  if (!Object.hasOwn(operations, asked.operation))
    return refusal('unknown-operation', asked.operation.slice(0, 64));
  return perform(asked.operation as OperationName, asked.arguments, service, signal);
}

async function perform<N extends OperationName>(
  name: N,
  parameters: Uint8Array,
  service: DeviceService,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { takes, gives } = operations[name] as unknown as {
    readonly takes: Codec<OperationArguments<N>>;
    readonly gives: Codec<OperationResult<N>>;
  };
  let args: OperationArguments<N>;
  try {
    args = decodeRequest(takes, parameters);
  } catch (error) {
    return refusal('invalid', error instanceof Error ? error.message : 'arguments');
  } finally {
    parameters.fill(0);
  }
  try {
    const result = await service[name](args, signal);
    return encodeBody(answer, { result: encodeBody(gives, result) });
  } catch (error) {
    return encodeBody(answer, { failure: failureOf(error, signal) });
  }
}

function refusal(kind: string, message: string): Uint8Array {
  return encodeBody(answer, { failure: { kind, message } });
}

function failureOf(error: unknown, signal: AbortSignal) {
  const message = error instanceof Error ? error.message : String(error);
  if (signal.aborted) return { kind: 'cancelled', message };
  if (error instanceof VaultError) {
    const { code, tries } = error;
    return { kind: 'vault', code, message, ...(tries && { triesLeft: tries.left, wait: tries.wait }) };
  }
  if (error instanceof CtapStatusError) return { kind: 'ctap', status: error.status, message };
  return { kind: 'other', message };
}

/** The result in an answer. Throws what the other side said went wrong, or {@link ControlError}. */
export function readAnswer<N extends OperationName>(name: N, message: Uint8Array): OperationResult<N> {
  const gives = operations[name].gives as unknown as Codec<OperationResult<N>>;
  const said = understood(() => decodeResponse(answer, message));
  if (said.failure) throw errorOf(said.failure);
  const { result } = said;
  if (!result) throw new ControlError('protocol', 'an answer without result');
  return understood(() => decodeResponse(gives, result));
}

/** What could not be understood becomes a {@link ControlError}. */
export function understood<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ControlError('protocol', error instanceof Error ? error.message : undefined);
  }
}

function errorOf({ kind, message, code, status, triesLeft, wait }: TypeOf<typeof failure>) {
  switch (kind) {
    case 'vault':
      return new VaultError(
        code as VaultProblemCode,
        message,
        triesLeft === undefined ? {} : { tries: { left: triesLeft, wait: wait ?? 0 } },
      );
    case 'ctap':
      return new CtapStatusError(status ?? 0, message);
    case 'unknown-operation':
      return new ControlError('older', message);
    case 'invalid':
      return new ControlError('protocol', message);
    default:
      return new Error(message);
  }
}
