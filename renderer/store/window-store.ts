/** The one store of the window. Made once by `mount`, handed down by context. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Events, KeyView, PasskeysText, PasskeyView, Snapshot } from '../../preload/contract';
import type { DeviceView } from '../../preload/device-contract';
import { DEVICE } from '../device/device-id';
import { safeText } from '../display/safe-text';
import { words } from '../messages/en';
import { ALL_PLACES } from '../passkeys/passkey-list';
import { NOTHING_SELECTED, without } from '../passkeys/selection';
import type { Notice, WindowState } from './state';

export type WindowStore = StoreApi<WindowState>;

export function createWindowStore(): WindowStore {
  return createStore<WindowState>(() => ({
    connection: 'connecting',
    app: null,
    keys: [],
    passkeys: {},
    reset: null,
    device: null,
    pinWaitsUntil: 0,
    deleted: [],
    ownNamesNotice: null,
    browsers: null,
    browsersProblem: null,
    page: 'passkeys',
    query: '',
    place: ALL_PLACES,
    order: 'site',
    selection: NOTHING_SELECTED,
    dialog: null,
    notice: null,
    announcement: { text: '', count: 0 },
  }));
}

export function announce(store: WindowStore, text: string): void {
  store.setState(({ announcement }) => ({ announcement: { text, count: announcement.count + 1 } }));
}

/** Shows a message that blocks nothing, and says it to screen readers. */
export function notify(store: WindowStore, notice: Notice): void {
  store.setState({ notice });
  announce(store, notice.text);
}

export function applySnapshot(store: WindowStore, snapshot: Snapshot): void {
  const { reset } = snapshot;
  const underWay = reset !== null && reset.step !== 'done' && reset.step !== 'failed';
  applyDevice(store, snapshot.device);
  store.setState(({ dialog }) => ({
    connection: 'ready',
    app: snapshot.app,
    keys: snapshot.keys,
    passkeys: Object.fromEntries(
      Object.entries(snapshot.passkeys).map(([keyId, text]) => [keyId, passkeysIn(text)]),
    ),
    reset,
    deleted: snapshot.deleted,
    ownNamesNotice: snapshot.ownNamesNotice,
    // A reset that was armed before this window was (re)loaded must not go on unseen.
    dialog: dialog ?? (underWay ? { kind: 'reset', keyId: reset.keyId } : null),
  }));
}

export function applyKeys(store: WindowStore, keys: Events['keys']): void {
  const before = store.getState();
  const present = new Set([DEVICE, ...keys.map((key) => key.id)]);
  const left = before.keys.filter((key) => !present.has(key.id));
  const passkeys: Record<string, readonly PasskeyView[]> = {};
  const gone: string[] = [];
  for (const [keyId, list] of Object.entries(before.passkeys)) {
    if (present.has(keyId)) passkeys[keyId] = list;
    else gone.push(...list.map((passkey) => passkey.id));
  }
  store.setState({
    keys,
    // The same object as before where nothing left: the list must not be prepared again for a progress bar.
    passkeys: left.length === 0 ? before.passkeys : passkeys,
    selection: without(before.selection, gone),
    place: before.place === ALL_PLACES || present.has(before.place) ? before.place : ALL_PLACES,
  });
  tellWhoLeft(store, left, before.dialog === null);
}

export function applyDevice(store: WindowStore, device: DeviceView): void {
  store.setState(({ place }) => ({
    device,
    place: place === DEVICE && device.state !== 'open' ? ALL_PLACES : place,
  }));
  waitForPin(store, device.pin?.waitMilliseconds ?? 0);
}

/** The main process says how long from now, so that its clock and the window's need not agree. */
export function waitForPin(store: WindowStore, milliseconds: number): void {
  store.setState({ pinWaitsUntil: performance.now() + milliseconds });
}

/** Somebody who looked at the passkeys of a key is told why they went away. A dialog tells its own part. */
function tellWhoLeft(store: WindowStore, left: readonly KeyView[], quiet: boolean): void {
  const unlocked = left.find((key) => key.passkeys === 'unlocked' || key.passkeys === 'listing');
  if (unlocked !== undefined && quiet) {
    notify(store, { intent: 'info', text: words.keys.removedNotice(nameOf(unlocked)) });
    return;
  }
  const first = left[0];
  if (first !== undefined) announce(store, words.keys.removedAnnouncement(nameOf(first)));
}

/** A key chooses its name itself. */
function nameOf(key: KeyView): string {
  return safeText(key.name, 60).text;
}

export function applyPasskeys(store: WindowStore, { keyId, passkeys: text }: Events['passkeys']): void {
  const { passkeys, selection } = store.getState();
  const listed = passkeysIn(text);
  const kept = new Set(listed.map((passkey) => passkey.id));
  const gone = (passkeys[keyId] ?? []).filter((passkey) => !kept.has(passkey.id));
  store.setState({
    passkeys: { ...passkeys, [keyId]: listed },
    selection: without(
      selection,
      gone.map((passkey) => passkey.id),
    ),
  });
}

/** Only the main process writes it. */
function passkeysIn(text: PasskeysText): readonly PasskeyView[] {
  return JSON.parse(text) as readonly PasskeyView[];
}
