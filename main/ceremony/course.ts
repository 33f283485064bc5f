/** The course of one ceremony: what is shown and done in each step, and which one comes next. */
import type { SystemSecurityKeys } from '../../native/ports';
import { CeremonyFailure } from '../webauthn/failure';
import type { AccountChooser } from '../webauthn/accounts';
import type { EnterpriseAttestation } from '../webauthn/attestation';
import { DeviceTrouble, onDevice, openDevice } from './device-ceremony';
import { firstStep } from './first-step';
import { KeyCeremony, type OnAuthenticator } from './key-ceremony';
import { race } from './key-race';
import type { AccountChoice, PlaceName } from './dialog-view';
import type { CeremonyRequest } from './model';
import { ANY_KEY, PHONE, type Places } from './places';
import type { CeremonyPorts } from './ports';
import type { Stage } from './stage';
import { inTrouble, type Ending, type Step } from './step';
import { troubleOf } from './trouble';
import { accountOf, namesOf } from './views';
import { bySystem, DEVICE, making, using, withPlace } from './work';

export interface CourseOptions {
  readonly request: CeremonyRequest;
  readonly rpId: string;
  readonly ports: CeremonyPorts;
  readonly places: Places;
  readonly stage: Stage;
}

type Choice = Extract<Step, { readonly to: 'places' | 'accounts' }>;

export class Course {
  readonly #options: CourseOptions;
  /** The choices that led here, each once; the last is being made, or was. */
  #choices: readonly Choice[] = [];
  #isChoosing = false;
  /** The person goes on without enterprise attestation. */
  #unattested = false;
  readonly #waiting = new Set<() => void>();

  constructor(options: CourseOptions) {
    this.#options = options;
  }

  /** The choice before this one. */
  get back(): Step | undefined {
    return this.#choices.at(this.#isChoosing ? -2 : -1);
  }

  goOnUnattested(): void {
    this.#unattested = true;
  }

  /** A key came or went, or something is known that was not: what is shown is drawn anew. */
  async refresh(): Promise<void> {
    const { places, stage } = this.#options;
    for (const wake of [...this.#waiting]) wake();
    const { name } = stage.state;
    if (name !== 'choose-place' && name !== 'choose-account') return;
    await places.device?.look();
    const { state } = stage;
    if (state.name === 'choose-place') stage.redraw({ ...state, places: places.all });
    // Accounts of a single key, after its PIN, stay as they are.
    else if (state.name === 'choose-account' && state.places.length > 0)
      stage.redraw({ ...state, accounts: places.accounts, places: places.all });
  }

  /** Rejects with the signal's reason, with WebAuthnError, and with what is a defect. */
  async perform(step: Step, signal: AbortSignal): Promise<Step | Ending> {
    const { places, stage, ports } = this.#options;
    this.#isChoosing = step.to === 'places' || step.to === 'accounts';
    switch (step.to) {
      case 'start':
        return this.#start(signal);
      case 'places':
        this.#chooses(step);
        return this.#placeChosen(
          await stage.ask({ name: 'choose-place', places: places.all, all: step.all }, signal),
        );
      case 'accounts':
        this.#chooses(step);
        return this.#placeChosen(
          await stage.ask({ name: 'choose-account', accounts: places.accounts, places: places.all }, signal),
        );
      case 'any-key':
        return ports.systemKeys && places.keysAreBySystem
          ? this.#bySystem(ports.systemKeys, signal)
          : this.#anyKey(signal);
      case 'key':
        return this.#atKey(step, signal);
      case 'device':
        return this.#atDevice(step, signal);
      case 'trouble':
        stage.show({ name: 'trouble', trouble: step.trouble }, signal);
        return aborted(signal);
    }
  }

  async #start(signal: AbortSignal): Promise<Step | Ending> {
    const { places, request } = this.#options;
    if (request.kind === 'get' && request.account !== undefined)
      return { to: 'device', account: request.account };
    await Promise.all([places.takesKeys && places.keys.first(), places.device?.look()]);
    const step = firstStep(request, places);
    const isNothing = step.to === 'trouble' || step.to === 'end';
    if (!isNothing || !places.isLooking) return step;
    // A key that is busy, with the dialog of another caller perhaps, has not said yet that it has none.
    await this.#until(() => !places.isLooking, signal).promise;
    return { to: 'start' };
  }

  /** Whoever is back at a choice has not made those after it. */
  #chooses(step: Choice): void {
    const isSame = (other: Choice): boolean => JSON.stringify(other) === JSON.stringify(step);
    const again = this.#choices.findIndex(isSame);
    this.#choices = [...(again < 0 ? this.#choices : this.#choices.slice(0, again)), step];
  }

  #placeChosen(act: Awaited<ReturnType<Stage['ask']>>): Step | Ending {
    if (act.act === 'choose-account')
      return act.account.startsWith('key:')
        ? { to: 'key', id: act.account.slice('key:'.length) }
        : { to: 'device', account: act.account };
    if (act.act !== 'choose-place') return { to: 'start' };
    switch (act.place) {
      case 'device':
        return { to: 'device' };
      case ANY_KEY:
        return { to: 'any-key' };
      case PHONE:
        return { to: 'end', result: { is: 'fall-through' } };
      default:
        return { to: 'key', id: act.place };
    }
  }

  async #anyKey(signal: AbortSignal): Promise<Step | Ending> {
    const { places, stage, ports } = this.#options;
    for (;;) {
      const keys = places.contestants;
      const [only] = keys;
      if (only && keys.length === 1) return { to: 'key', id: only.id };
      const changed = this.#until(() => ids(places.contestants) !== ids(keys), signal);
      if (keys.length === 0) {
        stage.show({ name: 'insert-key' }, signal);
        await changed.promise;
        continue;
      }
      stage.show({ name: 'touch-key', keys: keys.map(({ id, name }) => ({ id, name })) }, signal);
      const again = new AbortController();
      try {
        const won = await Promise.race([
          race(keys, ports, this.#work(), AbortSignal.any([signal, again.signal])),
          changed.promise,
        ]);
        if (won === 'changed') continue;
        if (won.is === 'touched') return { to: 'key', id: won.key.id };
        const { id, name } = won.key;
        const place: PlaceName = { is: 'key', id, name };
        return won.is === 'done' ? withPlace(won.value, place) : this.#failed(won.failure, place);
      } catch (error) {
        signal.throwIfAborted();
        // None of them can be touched. Those that were taken out are gone from the list by now.
        if (places.contestants.length < 2) continue;
        const [{ id, name }] = keys as [SurveyedName, ...SurveyedName[]];
        return this.#failed(error, { is: 'key', id, name });
      } finally {
        again.abort(new Error('the keys have changed'));
        changed.stop();
      }
    }
  }

  async #atKey({ id }: Extract<Step, { readonly to: 'key' }>, signal: AbortSignal): Promise<Step | Ending> {
    const { places, stage, ports } = this.#options;
    const place: PlaceName = { is: 'key', ...places.keys.nameOf(id) };
    const key = places.keys.find(id);
    try {
      if (!key) throw new CeremonyFailure('removed', 'it was taken out');
      const ceremony = new KeyCeremony(key, { stage, random: ports.random, signal });
      return withPlace(await ceremony.run(this.#work(this.#chooser(place, signal))), place);
    } catch (error) {
      signal.throwIfAborted();
      return this.#failed(error, place);
    }
  }

  /** In a dialog of the system's own, before which this one can only wait. */
  async #bySystem(keys: SystemSecurityKeys, signal: AbortSignal): Promise<Step | Ending> {
    const { places, stage, request, rpId } = this.#options;
    const place: PlaceName = { is: 'key', id: ANY_KEY, name: '' };
    stage.show({ name: 'working', place }, signal);
    try {
      return withPlace(await bySystem(keys, request, rpId, this.#enterpriseAttestation, signal), place);
    } catch (error) {
      signal.throwIfAborted();
      const isCancelled = error instanceof CeremonyFailure && error.reason === 'cancelled';
      // Whoever closes that dialog is back where it was opened from.
      if (isCancelled && places.all.length > 1) return this.back ?? { to: 'places', all: true };
      return this.#failed(error, place);
    }
  }

  async #atDevice(
    step: Extract<Step, { readonly to: 'device' }>,
    signal: AbortSignal,
  ): Promise<Step | Ending> {
    const { places, stage, request } = this.#options;
    const survey = places.device;
    // It may have been turned off, or forbidden, since it was offered.
    if (!survey && places.takesKeys) return { to: 'places', all: true };
    if (!survey || survey.isForbidden) return inTrouble({ is: 'policy' }, { to: 'start' });
    const { device } = survey;
    try {
      await openDevice(device, stage, signal);
      await survey.look();
      signal.throwIfAborted();
      if (request.kind === 'create')
        return withPlace(await onDevice(device, stage, accountOf(request), signal, this.#work()), DEVICE);
      const { matches } = survey;
      if (matches.length > 1 && step.account === undefined) return { to: 'accounts' };
      const match = matches.find(({ choice }) => choice.id === (step.account ?? choice.id));
      if (!match) return inTrouble({ is: 'no-match', keys: [] }, { to: 'start' });
      const { name, displayName } = match.choice;
      const account =
        name === undefined && displayName === undefined ? undefined : namesOf({ ...match.choice });
      const work = this.#work(undefined, match.credentialId);
      const ending = await onDevice(device, stage, account, signal, work);
      device.markUsed(match.credentialId);
      return ending;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DeviceTrouble) return inTrouble(error.trouble, step);
      return this.#failed(error, DEVICE, step);
    }
  }

  #work(chooseAccount: AccountChooser = async () => undefined, chosen?: Uint8Array): OnAuthenticator<Ending> {
    const { request, rpId } = this.#options;
    return request.kind === 'create'
      ? making(request, rpId, this.#enterpriseAttestation)
      : using(request, rpId, chooseAccount, chosen);
  }

  get #enterpriseAttestation(): EnterpriseAttestation {
    const { rpId, ports } = this.#options;
    return this.#unattested ? undefined : ports.rules?.enterpriseAttestation(rpId);
  }

  #chooser(place: PlaceName, signal: AbortSignal): AccountChooser {
    const { stage } = this.#options;
    return async (found) => {
      const accounts = found.map(({ user }, index): AccountChoice => ({
        id: String(index),
        place,
        ...namesOf(user),
      }));
      const act = await stage.ask({ name: 'choose-account', accounts, places: [] }, signal);
      stage.show({ name: 'working', place }, signal);
      return act.act === 'choose-account' ? Number(act.account) : undefined;
    };
  }

  #failed(error: unknown, place: PlaceName, again?: Step): Step {
    const { keys } = this.#options.places;
    const trouble = troubleOf(error, place);
    if (!trouble) throw error;
    if (trouble.is === 'wrong-key') keys.hasNone(trouble.key.id);
    if (trouble.is === 'key-blocked') keys.isBlocked(trouble.key.id);
    const retry: Step = place.is === 'key' ? { to: 'any-key' } : { to: 'device' };
    const stays = place.is === 'key' && keys.find(place.id) !== undefined;
    const isOver = trouble.is === 'wrong-key' || trouble.is === 'key-blocked';
    return inTrouble(trouble, again ?? (stays && !isOver ? { to: 'key', id: place.id } : retry));
  }

  /** Resolves when `condition` has come true; a change of the keys or of what they tell makes it look. */
  #until(
    condition: () => boolean,
    signal: AbortSignal,
  ): { readonly promise: Promise<'changed'>; readonly stop: () => void } {
    let stop = (): void => undefined;
    const promise = new Promise<'changed'>((resolve) => {
      const wake = (): void => {
        if (condition()) resolve('changed');
      };
      this.#waiting.add(wake);
      stop = () => this.#waiting.delete(wake);
      signal.addEventListener('abort', stop, { once: true });
    });
    return { promise, stop: () => stop() };
  }
}

type SurveyedName = Places['contestants'][number];

function ids(keys: readonly { readonly id: string }[]): string {
  return keys.map(({ id }) => id).join();
}

/** Rejects with the signal's reason: only another act leads on. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = (): void =>
      reject(signal.reason instanceof Error ? signal.reason : new Error('the dialog went on'));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
