/**
 * What a browser's extension and the app say to each other, as JSON in frames of at most 1 MiB (4 bytes of length, little-endian, then
 * UTF-8). The relay between them (native/bridge) passes frames on as they are; what it says itself has the one member `relay`.
 *
 *     extension → hello                              app → welcome | unwelcome, which ends it
 *     extension → request | autofill | signal, id    app → answer, with the same id, once
 *     extension → field, cancel                      app → state, whenever it changes
 *
 * Where a page is and who is around it are facts that the extension has from its browser, never from the page.
 */

/** Goes up with every change that the other side has to know of. */
export const BRIDGE_VERSION = 1;
/** Bytes of the longest frame: what browsers take from a native messaging host. */
export const LONGEST_MESSAGE = 2 ** 20;
/** Requests and signals of one browser that are open at the same time; more are answered with `fall-through` at once. */
export const MOST_OPEN = 32;
/** The same of autofills: every page with a form to sign in has one. */
export const MOST_AUTOFILLS = 256;

/** The frame and its surroundings. */
export interface PageFacts {
  /** As the browser serialises it: "https://login.example.org". Never an opaque one. */
  readonly origin: string;
  /** The frame is inside one of another origin: the origin of the top frame. */
  readonly topOrigin?: string;
  /** In a private window: nothing of it is written down. */
  readonly isPrivate?: true;
}

/** PublicKeyCredentialCreationOptionsJSON or PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3 §5.4, §5.5). */
export type OptionsJson = Readonly<Record<string, unknown>>;

/** The static methods of PublicKeyCredential (WebAuthn Level 3 §5.1.10) without `signal` in front. */
export type SignalName = 'unknownCredential' | 'allAcceptedCredentials' | 'currentUserDetails';

/** CSS pixels on the screen, as far as the browser tells where it is. */
export interface ScreenArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Hello {
  readonly type: 'hello';
  readonly version: number;
  /** Of the extension: "0.1.0". */
  readonly extension: string;
  /** For people: "Chromium 156", "Firefox 153". */
  readonly browser: string;
}

export type FromExtension =
  | Hello
  /** A person wants to save or use a passkey. */
  | ({
      readonly type: 'request';
      /** Counts up from 1 in each connection. */
      readonly id: number;
      readonly kind: 'create' | 'get';
      readonly options: OptionsJson;
    } & PageFacts)
  /** Conditional mediation: nothing is shown until the person is in a field for it. */
  | ({ readonly type: 'autofill'; readonly id: number; readonly options: OptionsJson } & PageFacts)
  /** The person came to such a field, asks for its list by keyboard (arrow down), or left it; `id` is that of the `autofill`. */
  | {
      readonly type: 'field';
      readonly id: number;
      readonly is: 'entered' | 'wanted' | 'left';
      /** Where the field is; absent where it left. */
      readonly area?: ScreenArea;
    }
  /** The page gave up, went elsewhere or is gone. There is no answer any more. */
  | { readonly type: 'cancel'; readonly id: number }
  | ({
      readonly type: 'signal';
      readonly id: number;
      readonly signal: SignalName;
      readonly options: OptionsJson;
    } & PageFacts);

/** What the app can do now; the extension answers `isUserVerifyingPlatformAuthenticatorAvailable` with it. */
export interface AppState {
  /** Passkeys of this device can be saved and used: there is a vault that opens, and saving is not turned off. */
  readonly device: boolean;
  /** Whether the user lets this browser ask: `not-yet` is asked at its first request. */
  readonly allowed: 'yes' | 'no' | 'not-yet';
}

/** Why the app does not talk on. */
export type Unwelcome =
  /** The extension speaks an older, or a newer version than the app. */
  | 'older-extension'
  | 'newer-extension'
  /** No extension of Latchkey's. */
  | 'unknown-extension'
  /** What came makes no sense. */
  | 'protocol'
  /** Too many browsers at once. */
  | 'busy';

/** What may be told to a page: a name of WebAuthn's (or TypeError), and a sentence. */
export interface PageError {
  readonly name: string;
  readonly message: string;
}

export type FromApp =
  | { readonly type: 'welcome'; readonly version: number; readonly app: string; readonly state: AppState }
  | { readonly type: 'unwelcome'; readonly why: Unwelcome; readonly version: number; readonly app: string }
  | { readonly type: 'state'; readonly state: AppState }
  | ({ readonly type: 'answer'; readonly id: number } & Answer);

export type Answer =
  /** RegistrationResponseJSON or AuthenticationResponseJSON (§5.1.8). */
  | { readonly is: 'response'; readonly response: OptionsJson }
  | { readonly is: 'error'; readonly error: PageError }
  /** The browser's own dialog goes on. The page learns nothing. */
  | { readonly is: 'fall-through' }
  /** Of a signal: taken in, whatever it did. */
  | { readonly is: 'done' };

/** What the relay says to the extension in place of the app. */
export type FromRelay =
  /** It waits for {@link START}: only a request of a person is worth starting the app for. */
  | { readonly relay: 'not-running' }
  /** Both ends know each other: from now on, frames go to the app. */
  | { readonly relay: 'connected' }
  /** The last thing it says. */
  | { readonly relay: 'failed'; readonly why: RelayFailure };

export type RelayFailure =
  /** Nobody says how the app is started, or its program is not there. */
  | 'cannot-start'
  /** It was started, and is not there after 20 seconds; it answers, and then not at all. */
  | 'no-answer'
  /** Who answers does not know the secret. */
  | 'not-trusted'
  /** What the *app* is, and so speaks another version with its relay. */
  | 'older'
  | 'newer'
  /** The app serves as many as it can. */
  | 'busy'
  /** The connection to the app ended. */
  | 'closed'
  /** A frame too long, or what is no frame. */
  | 'protocol';

/** The bytes of the only message that the extension has for the relay itself. */
export const START = '{"relay":"start"}';

/** The relay's first frame to the app, before anything of the extension's. */
export interface RelayHello {
  readonly type: 'relay';
  /** As the browser gave them: who the extension is. Chromium: its origin first; Firefox: the manifest's path, then its ID. */
  readonly arguments: readonly string[];
  /** The program that started the relay, absolute; empty where the system does not say. */
  readonly browser: string;
}
