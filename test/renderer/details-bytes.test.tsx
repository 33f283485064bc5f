/** What the details of a passkey show of its bytes: before the answer, with it, and without one. */
import { FluentProvider } from '@fluentui/react-components';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { BytesFact } from '../../renderer/passkeys/DetailsBytes';
import type { Asked } from '../../renderer/passkeys/use-passkey-details';
import { LatchkeyProvider } from '../../renderer/store/context';
import { createWindowStore } from '../../renderer/store/window-store';
import { testIds as t } from '../../renderer/test-ids';
import { devicePasskeys, fakeDetails } from '../support/fake-keys';
import { FakeLatchkey } from '../support/fake-latchkey';

const passkey = devicePasskeys()[0]!;
const details = fakeDetails(passkey);
const fields = ['credentialId', 'userHandle', 'rpIdHash', 'publicKey'] as const;
type Field = (typeof fields)[number];

function drawn(field: Field, asked: Asked): string {
  return renderToStaticMarkup(
    <FluentProvider>
      <LatchkeyProvider
        value={{ store: createWindowStore(), api: new FakeLatchkey(), reconnect: () => undefined }}
      >
        <BytesFact field={field} passkey={passkey} asked={asked} />
      </LatchkeyProvider>
    </FluentProvider>,
  );
}

it('until the answer is there, each has its label, and the room that it will need', () => {
  for (const field of ['credentialId', 'rpIdHash', 'publicKey'] as const) {
    const waiting = drawn(field, { state: 'asking' });
    expect(waiting).toContain('Reading…');
    expect(waiting).not.toContain(t.detailsField);
    expect(/>(0+)</.exec(waiting)?.[1]).toHaveLength(details[field]!.length);
    const label = /<dt>.*?<\/dt>/.exec(drawn(field, { state: 'known', details }))![0];
    expect(waiting).toContain(label);
  }
});

it.each(fields)('shows %s in hex, to copy', (field) => {
  const shown = drawn(field, { state: 'known', details });
  expect(shown).toContain(`>${details[field]!}<`);
  expect(shown).toContain(t.detailsCopy);
});

it('says in words what is empty, and what the key did not say', () => {
  expect(drawn('userHandle', { state: 'known', details: { ...details, userHandle: '' } })).toContain('Empty');
  const { publicKey: _publicKey, ...rest } = details;
  expect(drawn('publicKey', { state: 'known', details: rest })).toContain('The key did not say');
});

it.each(fields)('says that %s could not be read', (field) => {
  const failed = drawn(field, { state: 'failed', message: 'The security key was unplugged.' });
  expect(failed).toContain('Could not be read');
  expect(failed).not.toContain(t.detailsCopy);
});
