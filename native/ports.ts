/**
 * The ports: every touch of the operating system goes through one of these types.
 * Adapters live beside this file; only the composition roots (main/app, main/cli) import them.
 */

/** One FIDO HID interface (usage page 0xF1D0, usage 0x01) that is attached now. */
export interface HidDeviceInfo {
  /** Where to open it: `/dev/hidraw3`, a Windows or macOS device path, `soft:…`. Systems reuse it after an unplug. */
  readonly path: string;
  /** Differs for every plugging-in, also of the same key into the same socket. Opaque. */
  readonly attachment: string;
  /** The socket it is plugged into (`usb:1-2.3`), where the system tells; survives unplug and replug. */
  readonly socket?: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly manufacturer: string;
  readonly product: string;
  /** USB serial number; empty when there is none (most security keys). */
  readonly serial: string;
  /** True for keys that Latchkey simulates. */
  readonly simulated: boolean;
}

/**
 * Why a HID operation failed. Adapters reject with an `Error` that carries it as `code`.
 * - `access-denied`: the user may not open the device (no udev rule, not elevated).
 * - `disconnected`: unplugged, before or during the operation.
 * - `in-use`: another program holds it exclusively.
 * - `io`: anything else; the message says what.
 */
export type HidFailureCode = 'access-denied' | 'disconnected' | 'in-use' | 'io';

export interface HidFailure extends Error {
  readonly code: HidFailureCode;
}

export interface HidListener {
  /** One input report, without a report ID (64 bytes for every known key). */
  readonly onReport: (report: Uint8Array) => void;
  /** Called once when the link ends other than by `close()`. */
  readonly onEnd: (reason: HidFailure) => void;
}

/** An open HID device. */
export interface HidLink {
  /** Sends one 64-byte output report; the adapter adds what its system wants in front. Rejects with {@link HidFailure}. */
  write(report: Uint8Array): Promise<void>;
  /** Closes; idempotent. No callback runs after it has been called. */
  close(): Promise<void>;
}

/** Where FIDO HID devices come and go. */
export interface HidBus {
  /** The devices attached now. */
  list(): Promise<readonly HidDeviceInfo[]>;
  /**
   * Calls `onChange` with the whole list once at the beginning and after every change, at most a second late.
   * Returns the function that stops it.
   */
  watch(onChange: (devices: readonly HidDeviceInfo[]) => void): () => void;
  /** Opens a device that `list` named. Rejects with {@link HidFailure}. */
  open(device: HidDeviceInfo, listener: HidListener): Promise<HidLink>;
}

/** Time. Tests give one that is advanced by hand. */
export interface Clock {
  /** Milliseconds that only ever go up; the zero is arbitrary. */
  now(): number;
  /** Runs `callback` once after `milliseconds`; returns the function that calls it off. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The date, as people read it; it jumps when somebody sets it. */
export interface Calendar {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}

/** Cryptographically secure random bytes. Tests give a seeded one. */
export interface RandomSource {
  bytes(length: number): Uint8Array<ArrayBuffer>;
}

/** One small file that is replaced as a whole. */
export interface StateFile {
  /** For error messages. */
  readonly path: string;
  /** The content, or undefined when there is no file. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces the content atomically and durably (temporary file, fsync, rename, fsync of the folder). */
  write(content: Uint8Array): Promise<void>;
}

/** The kernel's `/dev/uhid`: devices made in user space that every program sees as USB HID devices. */
export interface UhidDevice {
  /** Sends one 64-byte input report to the host. */
  send(report: Uint8Array): Promise<void>;
  /** Removes the device from the system. */
  destroy(): Promise<void>;
}

export interface UhidIdentity {
  readonly name: string;
  readonly vendorId: number;
  readonly productId: number;
  /** USB serial number ("uniq"). */
  readonly serial: string;
  /** HID report descriptor. */
  readonly reportDescriptor: Uint8Array;
}

export interface Uhid {
  /** Makes a device; `onReport` gets each 64-byte output report, `onHostOpen` / `onHostClose` tell the first open and the last close. */
  create(
    identity: UhidIdentity,
    listener: {
      readonly onReport: (report: Uint8Array) => void;
      readonly onHostOpen?: () => void;
      readonly onHostClose?: () => void;
    },
  ): Promise<UhidDevice>;
}

/**
 * Why the keychain did not serve. Adapters reject with an `Error` that carries it as `code`.
 * - `unavailable`: there is none (no Secret Service on the session bus, no session bus).
 * - `locked`: the user did not unlock it, or nobody could be asked.
 * - `timed-out`: it did not answer; it was given up and its process killed.
 * - `failed`: anything else; the message says what.
 */
export type KeychainFailureCode = 'unavailable' | 'locked' | 'timed-out' | 'failed';

export interface KeychainFailure extends Error {
  readonly code: KeychainFailureCode;
}

/** Secrets in the keychain of the system, all of one service. Rejects with {@link KeychainFailure}. */
export interface Keychain {
  /** For error messages. */
  readonly service: string;
  /** Undefined only when it is certain that there is none; a locked keychain rejects. */
  get(account: string): Promise<string | undefined>;
  /** Resolves when reading it back gave the same. */
  set(account: string, secret: string): Promise<void>;
  /** False when there was none. */
  delete(account: string): Promise<boolean>;
}

/** The private folder of the vault (0700), with small files (0600) that are replaced as a whole. */
export interface PrivateFolder {
  /** For error messages. */
  readonly path: string;
  /** A file in it; nothing is touched before it is read or written. */
  file(name: string): StateFile;
  /**
   * Replaces the file `name` as its `write` does; what was there becomes the file `keepAs`. Whenever it is interrupted, `name` is
   * whole, old or new, and `keepAs` is whole: what was there, or still the one before it. With no file `name`, `keepAs` stays as it is.
   */
  replace(name: string, content: Uint8Array, keepAs: string): Promise<void>;
  /** Removes one; false when there is none. Durable when resolved. */
  remove(name: string): Promise<boolean>;
  /**
   * Takes the folder for this process, makes it when it is missing. Rejects with an `Error` whose `code` is `in-use`
   * while another living process has it. Resolves to what lets it go; the system does the same when the process dies.
   */
  lock(): Promise<() => Promise<void>>;
}

/**
 * Biometrics of the system: a verdict, and nothing more (no key comes with it).
 * - `verified`; `no-match`: somebody was compared and is not the user
 * - `cancelled`: the person or the caller said no; `timed-out`: nobody came
 * - `unavailable`: no sensor, nobody enrolled, no service, locked out by the system
 */
export type BiometricAnswer = 'verified' | 'no-match' | 'cancelled' | 'timed-out' | 'unavailable';

export interface Biometrics {
  /** What a person calls it: "Touch ID", "Windows Hello", "your fingerprint". */
  readonly name: string;
  /** Somebody is enrolled and can be asked now. Never rejects: what cannot be found out is false. */
  available(): Promise<boolean>;
  /** Asks once. @param reason a sentence that the system shows, where it shows one. */
  verify(reason: string, signal: AbortSignal): Promise<BiometricAnswer>;
}

/** A connection between two programs of this user on this machine: bytes, in their order. */
export interface ControlLink {
  /** Resolves when the system has taken them, which a reader that does not read delays. Rejects when the connection is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends it at once; idempotent. No callback runs afterwards. */
  close(): void;
}

export interface ControlListener {
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Called once when the connection ends other than by {@link ControlLink.close}. */
  readonly onEnd: () => void;
}

/** Where the owner of a private folder can be reached: a Unix socket, a named pipe. */
export interface ControlSocket {
  /** For who owns the folder. Resolves, when others can connect, to what ends it and every connection. */
  listen(onConnection: (link: ControlLink) => ControlListener): Promise<() => Promise<void>>;
  /** Undefined when nobody listens. */
  connect(listener: ControlListener): Promise<ControlLink | undefined>;
}

/** The program that browsers start to reach the app (native/bridge), where they find it. */
export interface RelayInstaller {
  /**
   * Puts the relay into the bridge folder, or the one of this version in place of another; one that runs goes on. Nothing is
   * written when it is there already. Resolves to its path, absolute, as it belongs into the manifests of browsers. Rejects when this
   * Latchkey has none to give, or when it cannot be written; the message says so.
   * @param folder the bridge folder, absolute and private (0700); made when it is missing
   */
  install(folder: string): Promise<string>;
}

/** What a web server answered in the end. */
export interface WebAnswer {
  /** HTTP status. */
  readonly status: number;
  /** The header Content-Type, as it came. */
  readonly contentType?: string;
  /** Empty unless the status is 200. */
  readonly body: Uint8Array;
}

/** Asks a web server for a small public file that says something about the server's site. */
export interface WellKnownFetch {
  /**
   * GET without cookies, credentials or referrer. Redirects are followed where they lead to https, and not without end.
   * Rejects when there is no answer within the limits, or none at all; the message says what happened.
   * @param url begins with `https:`
   * @param limits `bytes` of the body after decompression; `milliseconds` for everything
   */
  get(
    url: string,
    limits: { readonly bytes: number; readonly milliseconds: number },
    signal: AbortSignal,
  ): Promise<WebAnswer>;
}

/** Values of Windows' registry: the one without a name in each key. Keys are written out: `HKEY_CURRENT_USER\Software\…`. */
export interface RegistryDefaults {
  /** Undefined when there is no such key, or it has no such value. */
  read(key: string): Promise<string | undefined>;
  /** Makes the key when it is missing. Rejects unless reading it back gives the same. */
  write(key: string, value: string): Promise<void>;
  /** The key as a whole; false when there was none. */
  remove(key: string): Promise<boolean>;
}

/** What connecting browsers takes of the system. Rejects with errors whose message is a sentence for people. */
export interface BrowserSystem {
  /** Where the file really lies that this user may run, links followed; undefined when there is none. */
  program(path: string): Promise<string | undefined>;
  isFolder(path: string): Promise<boolean>;
  /** The beginning of a file (UTF-8, at most 64 KiB); undefined when there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** Replaces the file as a whole, readable for everybody (0644); makes missing folders. */
  writeManifest(path: string, text: string): Promise<void>;
  /** False when there was none. */
  removeFile(path: string): Promise<boolean>;
  /** Windows only. */
  readonly registry?: RegistryDefaults;
}

/**
 * Why the system's own dialog for security keys came to nothing. Adapters reject with an `Error` that carries it as `code`.
 * - `cancelled`: the person said no there, or the caller's signal was aborted; `timed-out`: nobody came
 * - `no-key`: there was none; `not-found`: none has a passkey that would do
 * - `excluded`: the key has one of the exclude list; the person has touched it
 * - `full`: no room on the key; `not-supported`: the key or the system cannot do what was demanded
 * - `misbehaved`: the answer makes no sense; `failed`: anything else. The message says what.
 */
export type SystemKeysFailureCode =
  | 'cancelled'
  | 'timed-out'
  | 'no-key'
  | 'not-found'
  | 'excluded'
  | 'full'
  | 'not-supported'
  | 'misbehaved'
  | 'failed';

export interface SystemKeysFailure extends Error {
  readonly code: SystemKeysFailureCode;
}

export type SystemKeyTransport = 'usb' | 'nfc' | 'ble' | 'hybrid' | 'internal';

/** A passkey that a site knows. */
export interface SystemCredential {
  readonly id: Uint8Array;
  /** Hints (WebAuthn Level 3 §5.8.3): where the system knows none of them, nobody knows, and it looks everywhere. */
  readonly transports: readonly string[];
}

type Requirement = 'required' | 'preferred' | 'discouraged';

/** Inputs of the prf extension as the site gave them (WebAuthn Level 3 §10.1.4): the system hashes them. Or results, 32 bytes each. */
export interface SystemPrfValues {
  readonly first: Uint8Array;
  readonly second?: Uint8Array;
}

interface SystemKeysRequest {
  /** The system hashes it, with SHA-256. */
  readonly clientDataJSON: Uint8Array;
  readonly userVerification: Requirement;
  /** Milliseconds that the dialog may take. */
  readonly timeout: number;
}

export interface SystemMakeCredential extends SystemKeysRequest {
  readonly rp: { readonly id: string; readonly name: string };
  readonly user: { readonly id: Uint8Array; readonly name: string; readonly displayName: string };
  /** COSE numbers, most preferred first; never empty. Those that no key has are for the system to refuse. */
  readonly algorithms: readonly number[];
  readonly excluded: readonly SystemCredential[];
  readonly residentKey: Requirement;
  readonly attestation: 'none' | 'indirect' | 'direct';
  /** CTAP 2.1 §7.1. */
  readonly enterpriseAttestation?: 1 | 2;
  /** CTAP 2.1 §12.1. `enforced`: fail where it cannot be had. */
  readonly credProtect?: { readonly level: 1 | 2 | 3; readonly enforced: boolean };
  readonly largeBlob?: 'required' | 'preferred';
  /** Of no values: a passkey that can evaluate some later. */
  readonly prf?: Partial<SystemPrfValues>;
  readonly credBlob?: Uint8Array;
  readonly minPinLength?: boolean;
}

/** Not checked: it may be the answer to another question. Members that are absent are not known. */
export interface SystemAttestation {
  readonly format: string;
  /** The attestation statement, CBOR. */
  readonly statement: Uint8Array;
  readonly authenticatorData: Uint8Array;
  /** How the key was reached. */
  readonly transport?: SystemKeyTransport;
  readonly residentKey?: boolean;
  readonly largeBlob?: boolean;
  readonly prfEnabled?: boolean;
  readonly prf?: SystemPrfValues;
}

export interface SystemGetAssertion extends SystemKeysRequest {
  readonly rpId: string;
  /** Absent: any that the key can find by itself. */
  readonly allowed?: readonly [SystemCredential, ...SystemCredential[]];
  readonly prf?: {
    readonly always?: SystemPrfValues;
    readonly byCredential: readonly { readonly id: Uint8Array; readonly values: SystemPrfValues }[];
  };
  readonly largeBlob?: 'read' | { readonly write: Uint8Array };
  readonly credBlob?: boolean;
}

/** Not checked, as {@link SystemAttestation}. */
export interface SystemAssertion {
  readonly credentialId: Uint8Array;
  readonly authenticatorData: Uint8Array;
  readonly signature: Uint8Array;
  /** Absent: the key gave none. */
  readonly userHandle?: Uint8Array;
  /** How the key was reached. */
  readonly transport?: SystemKeyTransport;
  readonly prf?: SystemPrfValues;
  /** What was read. */
  readonly largeBlob?: Uint8Array;
  readonly largeBlobWritten: boolean;
}

/**
 * Security keys by a dialog of the system, where programs may not talk to them themselves. It asks for the key, its PIN and the
 * touch; one dialog is open at a time. Both calls reject with {@link SystemKeysFailure}; aborting the signal closes the dialog.
 */
export interface SystemSecurityKeys {
  /** There is such a dialog. Never rejects. */
  available(): Promise<boolean>;
  makeCredential(request: SystemMakeCredential, signal: AbortSignal): Promise<SystemAttestation>;
  getAssertion(request: SystemGetAssertion, signal: AbortSignal): Promise<SystemAssertion>;
}
