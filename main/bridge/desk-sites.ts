/** The bridge's requests as ceremonies of this app. */
import { jsonCeremony, type OwnDialogOutcome } from '../ceremony/json-ceremony';
import type { CeremonyDesk } from '../ceremony/ceremony-desk';
import type { Signals } from '../ceremony/signals';
import type { DeviceStatus } from '../inventory/device-model';
import type { Answer, OptionsJson, PageFacts } from './messages';
import type { Autofill, SiteService } from './site-service';

export interface DeskSitesOptions {
  /** Its code is loaded with the first request. */
  readonly desk: () => Promise<Pick<CeremonyDesk, 'begin' | 'autofill'>>;
  readonly device: {
    readonly status: Pick<DeviceStatus, 'enabled' | 'state'>;
    onChange(listener: () => void): () => void;
  };
  readonly signals: () => Promise<Pick<Signals, 'signal'>>;
}

export function deskSites({ desk, device, signals }: DeskSitesOptions): SiteService {
  return {
    request: async ({ kind, options, ...page }, caller) =>
      answerOf(
        await jsonCeremony(await desk(), { kind, hasOwnDialog: true, ...wanted(page, options) }, caller),
      ),
    autofill({ options, ...page }, caller): Autofill {
      const opened = desk().then((open) => open.autofill(wanted(page, options), caller));
      return {
        result: opened.then(({ result }) => result).then(answerOf),
        // One that could not be opened says so in its result.
        field: (event) => void opened.then((autofill) => autofill.field(event)).catch(() => undefined),
      };
    },
    async signal({ signal: name, options, origin, topOrigin }, { signal }) {
      const request = { signal: name, options, origin, ...(topOrigin !== undefined && { topOrigin }) };
      const { error, changed } = await (await signals()).signal(request, signal);
      return { answer: error ? { is: 'error', error } : { is: 'done' }, changed };
    },
    get device() {
      const { enabled, state } = device.status;
      return enabled && (state === 'open' || state === 'passphrase-needed');
    },
    onDeviceChange: (listener) => device.onChange(listener),
  };
}

function wanted({ origin, topOrigin }: PageFacts, options: OptionsJson) {
  return { origin, ...(topOrigin !== undefined && { topOrigin }), options: JSON.stringify(options) };
}

function answerOf({ response, error }: OwnDialogOutcome): Answer {
  if (response !== undefined) return { is: 'response', response: JSON.parse(response) as OptionsJson };
  return error ? { is: 'error', error } : { is: 'fall-through' };
}
