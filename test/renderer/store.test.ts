import { describe, expect, it } from 'vitest';
import { connect } from '../../renderer/store/connect';
import { listen } from '../../renderer/store/feed';
import { applyKeys, applyPasskeys, createWindowStore } from '../../renderer/store/window-store';
import { fakeKey, fakePasskey, ordinaryPasskeys } from '../support/fake-keys';
import { FakeLatchkey } from '../support/fake-latchkey';

const open = { view: fakeKey({ passkeys: 'unlocked' }), pin: '1234', passkeys: ordinaryPasskeys() };
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('the store', () => {
  it('starts with what the main process knows and follows what changes', async () => {
    const api = new FakeLatchkey({ keys: [open] });
    const store = createWindowStore();
    connect(store, api);
    expect(store.getState().connection).toBe('connecting');
    await settled();
    expect(store.getState().connection).toBe('ready');
    expect(store.getState().passkeys['key-1']).toHaveLength(12);
    api.unplug('key-1');
    expect(store.getState().keys).toEqual([]);
    expect(store.getState().passkeys['key-1'] ?? []).toEqual([]);
    expect(store.getState().notice?.text).toContain('YubiKey 5 NFC');
  });

  it('knows what is to be said of names of one’s own', async () => {
    const store = createWindowStore();
    connect(store, new FakeLatchkey({ ownNamesNotice: 'The file is damaged.' }));
    await settled();
    expect(store.getState().ownNamesNotice).toBe('The file is damaged.');
  });

  it('shows what sites have changed, once: before it was opened, and while it is', async () => {
    const api = new FakeLatchkey();
    api.siteNotices.add('example.org does not take a passkey any more.');
    api.siteNotices.add('example.com has renamed an account.');
    const store = createWindowStore();
    connect(store, api);
    await settled();
    expect(store.getState().notice).toEqual({
      intent: 'info',
      text: 'example.org does not take a passkey any more. example.com has renamed an account.',
    });
    expect(store.getState().announcement.text).toContain('example.com');
    expect(api.siteNotices.list).toEqual([]);
    api.siteNotices.add('example.net takes a passkey again.');
    await settled();
    expect(store.getState().notice?.text).toBe('example.net takes a passkey again.');
    expect(api.siteNotices.list).toEqual([]);
  });

  it('loses nothing that happens before the snapshot arrives', async () => {
    const api = new FakeLatchkey({ keys: [open] });
    const release = api.hold('snapshot');
    const store = createWindowStore();
    connect(store, api);
    await settled();
    // A second key arrives while the first snapshot is on its way.
    api.plug({ view: fakeKey({ id: 'key-2', name: 'Other' }), passkeys: [] });
    expect(store.getState().keys).toEqual([]);
    release();
    await settled();
    expect(store.getState().keys.map((key) => key.id)).toEqual(['key-1', 'key-2']);
  });

  it('has what was said while the program was loaded, and nothing is asked twice', async () => {
    const api = new FakeLatchkey({ keys: [open] });
    const feed = listen(api);
    await settled();
    api.plug({ view: fakeKey({ id: 'key-2', name: 'Other' }), passkeys: [] });
    const store = createWindowStore();
    connect(store, api, feed);
    await settled();
    expect(store.getState().keys.map((key) => key.id)).toEqual(['key-1', 'key-2']);
    api.unplug('key-2');
    expect(store.getState().keys.map((key) => key.id)).toEqual(['key-1']);
    expect(api.calls.filter(({ name }) => name === 'snapshot')).toHaveLength(1);
  });

  it('says when the main process does not answer, and can ask again', async () => {
    const api = new FakeLatchkey({ snapshotFails: true });
    const store = createWindowStore();
    const { retry } = connect(store, api);
    await settled();
    expect(store.getState().connection).toBe('failed');
    api.snapshotFails = false;
    retry();
    await settled();
    expect(store.getState().connection).toBe('ready');
  });

  it('shows a reset that was armed before the window was loaded', async () => {
    const api = new FakeLatchkey({ keys: [open] });
    api.setReset({ keyId: 'key-1', keyName: 'YubiKey 5 NFC', step: 'insert', longTouch: false });
    const store = createWindowStore();
    connect(store, api);
    await settled();
    expect(store.getState().dialog).toEqual({ kind: 'reset', keyId: 'key-1' });
  });

  it('unticks what is gone', () => {
    const store = createWindowStore();
    applyKeys(store, [fakeKey({ passkeys: 'unlocked' })]);
    const [first, second] = [fakePasskey('key-1', 1), fakePasskey('key-1', 2)];
    applyPasskeys(store, { keyId: 'key-1', passkeys: JSON.stringify([first, second]) });
    store.setState({ selection: new Set([first.id, second.id]) });
    applyPasskeys(store, { keyId: 'key-1', passkeys: JSON.stringify([second]) });
    expect([...store.getState().selection]).toEqual([second.id]);
    applyKeys(store, []);
    expect([...store.getState().selection]).toEqual([]);
  });

  it('does not prepare the list again when only a key changes', () => {
    const store = createWindowStore();
    applyKeys(store, [fakeKey({ passkeys: 'listing' })]);
    applyPasskeys(store, { keyId: 'key-1', passkeys: JSON.stringify([fakePasskey('key-1', 1)]) });
    const before = store.getState().passkeys;
    applyKeys(store, [fakeKey({ passkeys: 'listing', progress: { done: 3 } })]);
    expect(store.getState().passkeys).toBe(before);
  });

  it('goes back to all keys when the chosen one is taken out', () => {
    const store = createWindowStore();
    applyKeys(store, [fakeKey()]);
    store.setState({ place: 'key-1' });
    applyKeys(store, []);
    expect(store.getState().place).toBe('all');
  });

  it('never holds a PIN', async () => {
    const api = new FakeLatchkey({ keys: [{ ...open, view: fakeKey() }] });
    const store = createWindowStore();
    const seen: string[] = [];
    store.subscribe((state) => seen.push(JSON.stringify(state)));
    connect(store, api);
    await settled();
    await api.call('unlock', 'key-1', '1234');
    await api.call('changePin', 'key-1', '1234', 'new-secret-pin');
    for (const text of seen) expect(text).not.toContain('new-secret-pin');
  });
});
