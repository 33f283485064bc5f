/** The web browsers of a computer as the window sees them, in memory: a part of {@link FakeLatchkey}. */
import type {
  BrowserId,
  BrowserLinksView,
  BrowsersCallResults,
  BrowsersView,
  BrowserStatus,
} from '../../preload/browsers-contract';
import type { CallArguments, Problem, Result } from '../../preload/contract';

export interface FakeBrowsersOptions {
  /** What differs from a Linux with Chrome, Chromium and Firefox where nothing is connected. */
  readonly browsers?: Readonly<Partial<Record<BrowserId, Partial<BrowserStatus>>>>;
  /** Installed as what shuts them in, or not at all. */
  readonly withoutPrograms?: readonly BrowserId[];
  readonly links?: Partial<BrowserLinksView>;
  /** What a call is refused with, if it is; asked before anything else. */
  readonly refuses?: (name: keyof BrowsersCallResults, args: readonly unknown[]) => Problem | undefined;
}

type BrowsersAnswers = {
  readonly [N in keyof BrowsersCallResults]: (...args: CallArguments<N>) => Promise<BrowsersCallResults[N]>;
};

const HOME = '/home/sam';
const installed: readonly BrowserStatus[] = [
  status('chrome', 'Google Chrome', '.config/google-chrome/NativeMessagingHosts', '/usr/bin/google-chrome'),
  status('chromium', 'Chromium', '.config/chromium/NativeMessagingHosts', '/usr/bin/chromium'),
  status('edge', 'Microsoft Edge', '.config/microsoft-edge/NativeMessagingHosts'),
  status('brave', 'Brave', '.config/BraveSoftware/Brave-Browser/NativeMessagingHosts'),
  status('firefox', 'Firefox', '.mozilla/native-messaging-hosts', '/usr/bin/firefox'),
];

function status(id: BrowserId, name: string, hosts: string, program?: string): BrowserStatus {
  return {
    id,
    name,
    family: id === 'firefox' ? 'firefox' : 'chromium',
    ...(program !== undefined && { program }),
    confined: [],
    manifest: { is: 'none' },
    file: `${HOME}/${hosts}/org.latchkey.bridge.json`,
    sharedWith: [],
  };
}

const ok: Result = { ok: true, value: null };

export class FakeBrowsers {
  view: BrowsersView;
  readonly #send: (links: BrowserLinksView) => void;
  readonly #refuses: FakeBrowsersOptions['refuses'];

  constructor(
    { browsers = {}, withoutPrograms = [], links, refuses }: FakeBrowsersOptions,
    send: (links: BrowserLinksView) => void,
  ) {
    this.#send = send;
    this.#refuses = refuses;
    this.view = {
      browsers: installed.map(({ program, ...browser }) => ({
        ...browser,
        ...(program !== undefined && !withoutPrograms.includes(browser.id) && { program }),
        ...browsers[browser.id],
      })),
      links: { connections: [], decisions: [], requests: [], isLogging: true, ...links },
      extensions: {
        chromium: '/opt/Latchkey/resources/extension/chromium',
        firefox: '/opt/Latchkey/resources/extension/firefox',
      },
    };
  }

  /** Something happened in a browser. */
  changeLinks(change: Partial<BrowserLinksView>): void {
    this.view = { ...this.view, links: { ...this.view.links, ...change } };
    this.#send(this.view.links);
  }

  /** Something happened on the disk, which nobody is told. */
  changeBrowser(id: BrowserId, change: Partial<BrowserStatus>): void {
    const browsers = this.view.browsers.map((browser) =>
      browser.id === id ? { ...browser, ...change } : browser,
    );
    this.view = { ...this.view, browsers };
  }

  get answers(): BrowsersAnswers {
    const answers: BrowsersAnswers = {
      browsers: async () => ({ ok: true, value: this.view }),
      connectBrowser: async (id, replaceForeign) => this.#connect(id, replaceForeign),
      disconnectBrowser: async (id) => {
        this.changeBrowser(id, { manifest: { is: 'none' } });
        return ok;
      },
      allowBrowser: async (id) => this.#decide(id, 'allowed'),
      denyBrowser: async (id) => this.#decide(id, 'denied'),
      forgetBrowser: async (id) => {
        this.changeLinks({ decisions: this.view.links.decisions.filter((one) => one.id !== id) });
        return ok;
      },
      setRequestLog: async (isLogging) => {
        this.changeLinks({ isLogging });
        return ok;
      },
      emptyRequestLog: async () => {
        this.changeLinks({ requests: [] });
        return ok;
      },
      showExtensionFolder: async () => ok,
    };
    const refusing = Object.entries(answers).map(([name, answer]) => [
      name,
      async (...args: readonly unknown[]) => {
        const problem = this.#refuses?.(name as keyof BrowsersCallResults, args);
        return problem
          ? { ok: false, problem }
          : (answer as (...given: readonly unknown[]) => unknown)(...args);
      },
    ]);
    return Object.fromEntries(refusing) as BrowsersAnswers;
  }

  #connect(id: BrowserId, replaceForeign: boolean): Result {
    const browser = this.view.browsers.find((one) => one.id === id);
    if (browser?.manifest.is === 'foreign' && !replaceForeign)
      return { ok: false, problem: { code: 'in-use', message: 'It is connected with another program.' } };
    this.changeBrowser(id, { manifest: { is: 'ours' } });
    return ok;
  }

  #decide(id: string, decision: 'allowed' | 'denied'): Result {
    const { decisions } = this.view.links;
    this.changeLinks({ decisions: decisions.map((one) => (one.id === id ? { ...one, decision } : one)) });
    return ok;
  }
}
