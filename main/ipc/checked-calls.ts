/** Calls behind their validators: what does not fit the contract never reaches a handler. Knows nothing of Electron. */
import * as v from 'valibot';

export type Validators = Readonly<Record<string, v.GenericSchema<unknown, readonly unknown[]>>>;
/** By channel, `<prefix>:<call>`. */
export type Calls = ReadonlyMap<string, (args: readonly unknown[]) => Promise<unknown>>;
export type HandlersFor<V extends Validators> = {
  readonly [N in keyof V]: (...args: [...v.InferOutput<V[N]>]) => Promise<unknown>;
};

/** A call throws for arguments that do not fit, and otherwise answers what its handler answers. */
export function checkedCalls<V extends Validators>(
  prefix: string,
  validators: V,
  handlers: HandlersFor<V>,
): Calls {
  return new Map(
    Object.entries(validators).map(([name, validator]) => {
      const channel = `${prefix}:${name}`;
      const handler = handlers[name] as (...args: readonly unknown[]) => Promise<unknown>;
      const call = (args: readonly unknown[]): Promise<unknown> => {
        const checked = v.safeParse(validator, args);
        if (!checked.success) throw new Error(`${channel} refused: ${checked.issues[0].message}`);
        return handler(...checked.output);
      };
      return [channel, call];
    }),
  );
}
