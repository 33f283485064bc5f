/** Latchkey with simulated security keys, for Playwright tests: docs/testing-with-a-simulated-key.md. */
import type { ElectronApplication, Page } from 'playwright';
import type { ProfileName, QuirkName } from './names.cjs';

export { profiles, quirks, testIds, type ProfileName, type QuirkName } from './names.cjs';

/**
 * Starts Latchkey, makes the keys and waits until the window shows them. Rejects with a sentence that says what to do
 * when it cannot be started or a key cannot be made.
 */
export function launchLatchkey(options?: LaunchOptions): Promise<LaunchedLatchkey>;

export interface LaunchOptions {
  /** Made and plugged in, in this order. */
  readonly keys?: readonly KeyOptions[];
  /**
   * The folder of a checkout, or the executable of a build for testers. When absent, what this kit lies in: the checkout,
   * or the package.
   */
  readonly app?: string;
  /** Let Latchkey see the real security keys of this computer, too. False when absent: no test can harm one. */
  readonly realKeys?: boolean;
  /** More arguments for Latchkey. */
  readonly args?: readonly string[];
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where Latchkey keeps its own things, for a test that starts it again; a temporary folder when absent. */
  readonly userDataDir?: string;
  /** Milliseconds that each step may take; 60,000 when absent. */
  readonly timeout?: number;
}

export interface LaunchedLatchkey {
  readonly app: ElectronApplication;
  /** The window of Latchkey. */
  readonly window: Page;
  /** The small window that stands in for finger and hand; the methods of the keys work through it. */
  readonly simulator: Page;
  /** In the order of {@link LaunchOptions.keys}. */
  readonly keys: readonly SimulatedKey[];
  /** Makes one more key and plugs it in. */
  addKey(key: KeyOptions): Promise<SimulatedKey>;
  /** Waits until the window knows every key that is plugged in, and nothing is about to change by itself. */
  settled(): Promise<void>;
  /** Errors on the consoles and uncaught exceptions of all windows so far. */
  readonly errors: readonly string[];
  /** What Latchkey has written to its standard output and error so far. */
  output(): string;
  /** Ends Latchkey; keys without a state file are forgotten. */
  close(): Promise<void>;
}

/** A key to be made. What is absent is as the profile has it; nothing at all is a new 2.1 key without a PIN. */
export interface KeyOptions {
  readonly profile?: ProfileName;
  /** As the window shows it; "Simulated " is put in front where it does not begin so. */
  readonly name?: string;
  /** USB serial number. */
  readonly serial?: string;
  readonly pin?: string;
  readonly passkeys?: readonly PasskeyOptions[];
  /** That many made-up passkeys more, at most 1000. */
  readonly samplePasskeys?: number;
  /** Names of enrolled fingers, for a profile with a sensor. */
  readonly fingers?: readonly string[];
  readonly quirks?: readonly Quirk[];
  /** What becomes of the first touches, see {@link SimulatedKey.script}. */
  readonly touches?: readonly Touch[];
  /** What becomes of those after them; `wait` when absent. */
  readonly thenTouches?: Touch;
  /** False: it is made, but not plugged in yet. */
  readonly plugged?: boolean;
  /** Other members of `configuration` in a state file: `{ capacity: 3 }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** All of it, as {@link SimulatedKey.state} gives it; then without profile, name, serial, quirks and configuration. */
  readonly state?: Readonly<Record<string, unknown>>;
  /**
   * Keeps the state in this file. When there is one already, the key is what it holds, and profile, passkeys and so on are
   * not looked at.
   */
  readonly stateFile?: string;
}

export interface PasskeyOptions {
  readonly rpId: string;
  readonly rpName?: string;
  readonly userName?: string;
  readonly displayName?: string;
  /** base64url of 1 to 64 bytes; random when absent. */
  readonly userId?: string;
  /** COSE number; −7 (ES256) when absent. */
  readonly algorithm?: number;
  readonly credProtect?: 1 | 2 | 3;
  readonly largeBlob?: boolean;
  readonly thirdPartyPayment?: boolean;
}

/** A misbehaviour: its name, or the name with parameters, as the table of the document has them. */
export type Quirk = QuirkName | { readonly name: QuirkName; readonly [parameter: string]: unknown };

/**
 * - `granted`: touched, with an enrolled finger where there is a sensor
 * - `wrong-finger`, `badly`: only a sensor minds
 * - `refused`, `timed-out`: not touched; the key says so at once
 * - `wait`: the key waits for `touch()`, for `refuse()`, or for a person at the simulator window
 */
export type Touch = 'granted' | 'wrong-finger' | 'badly' | 'refused' | 'timed-out' | 'wait';

export interface SimulatedKey {
  readonly id: string;
  /** As the window shows it, where no other key has the same name. */
  readonly name: string;
  /** Waits until the key asks for a touch, and touches it. */
  touch(finger?: 'right' | 'other' | 'badly'): Promise<void>;
  /** Waits until the key asks for a touch, and refuses. */
  refuse(): Promise<void>;
  /** What becomes of the next touches, in order, and (`then`, otherwise `wait`) of all after them. Replaces an earlier script. */
  script(touches: readonly Touch[], options?: { readonly then?: Touch }): Promise<void>;
  /** Takes the key out, also in the middle of a command. */
  unplug(): Promise<void>;
  /** Puts it back in. */
  plug(): Promise<void>;
  /** Misbehaves like this from now on, instead of as before. */
  setQuirks(quirks: readonly Quirk[]): Promise<void>;
  /** All that is on the key now, as in a state file. */
  state(): Promise<KeyState>;
  /** Takes the key out for good. Its state file, if it has one, stays. */
  remove(): Promise<void>;
  /** What the simulator window shows of it. */
  view(): Promise<KeyView>;
}

/** The members that tests look at most; a state file has more. */
export interface KeyState {
  readonly configuration: Readonly<Record<string, unknown>>;
  readonly pin: {
    /** base64url of the left half of the SHA-256; absent while no PIN is set. */
    readonly hash?: string;
    readonly retries: number;
  };
  readonly credentials: readonly {
    readonly rp: { readonly id: string; readonly name?: string };
    readonly user: { readonly id: string; readonly name?: string; readonly displayName?: string };
  }[];
  readonly [member: string]: unknown;
}

export interface KeyView {
  readonly id: string;
  readonly name: string;
  readonly plugged: boolean;
  readonly waitsFor: 'none' | 'touch' | 'long-touch' | 'finger' | 'sample';
  /** Touches that the script still has. */
  readonly scripted: number;
  /** Names of the quirks in force. */
  readonly quirks: readonly string[];
  readonly stateFile?: string;
}
